/** Servers, listening addresses and event loops. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.io;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
