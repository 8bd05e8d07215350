/** Compression of messages by permessage-deflate. */
@CheckReturnValue
@NullMarked
package dev.sprocket.websocket.internal.compression;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
