package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * How a message looks on the wire of some kind of connection. Connections with the same framing object get the same
 * bytes for the same message, so a broadcast frames once for all of them.
 */
@ThreadSafe
@FunctionalInterface
public interface MessageEncoder {
    /** Bytes as they are. */
    MessageEncoder RAW = (message, alloc) -> BorrowedMessages.bytes(message).retainedDuplicate();

    /** The message with everything around it that the wire wants; the caller releases it. */
    ByteBuf encode(Message message, ByteBufAllocator alloc);
}
