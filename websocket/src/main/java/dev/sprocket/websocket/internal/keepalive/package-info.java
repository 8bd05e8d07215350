/** Detection of unresponsive peers by pings. */
@NullMarked
package dev.sprocket.websocket.internal.keepalive;

import org.jspecify.annotations.NullMarked;
