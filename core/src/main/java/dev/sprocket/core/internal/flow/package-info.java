/** Memory budget of incomplete requests and messages. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.internal.flow;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
