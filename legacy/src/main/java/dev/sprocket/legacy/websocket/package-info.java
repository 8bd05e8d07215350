/** WebSocket drafts of 2010 and 2011. */
@CheckReturnValue
@NullMarked
package dev.sprocket.legacy.websocket;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
