/** WebSocket drafts of 2010 and 2011. */
@NullMarked
package dev.sprocket.legacy.websocket;

import org.jspecify.annotations.NullMarked;
