/** Compression of messages by permessage-deflate. */
@NullMarked
package dev.sprocket.websocket.internal.compression;

import org.jspecify.annotations.NullMarked;
