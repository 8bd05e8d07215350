/** Detection of unresponsive peers by pings. */
@CheckReturnValue
@NullMarked
package dev.sprocket.websocket.internal.keepalive;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
