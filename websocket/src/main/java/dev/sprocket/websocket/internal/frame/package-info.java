/** Frames of RFC 6455: decoder and encoder. */
@CheckReturnValue
@NullMarked
package dev.sprocket.websocket.internal.frame;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
