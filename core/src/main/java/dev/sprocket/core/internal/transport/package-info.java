/** Engine of a socket: writes, reads and event loop iterations. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.internal.transport;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
