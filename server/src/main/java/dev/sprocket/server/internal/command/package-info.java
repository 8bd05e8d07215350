/** Commands of the stand-alone server. */
@CheckReturnValue
@NullMarked
package dev.sprocket.server.internal.command;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
