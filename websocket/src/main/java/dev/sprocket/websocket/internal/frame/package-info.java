/** Frames of RFC 6455: decoder and encoder. */
@NullMarked
package dev.sprocket.websocket.internal.frame;

import org.jspecify.annotations.NullMarked;
