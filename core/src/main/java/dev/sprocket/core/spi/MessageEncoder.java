package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Encodes messages for the wire format of one kind of connection.
 *
 * <p>Connections with the same encoder object get the same bytes for the same message, so a broadcast encodes it once
 * for all of them.
 */
@ThreadSafe
@FunctionalInterface
public interface MessageEncoder {
    /** Encodes bytes unchanged. */
    MessageEncoder RAW = (message, alloc) -> BorrowedMessages.bytes(message).retainedDuplicate();

    /** Encodes a message as a complete frame, which the caller releases. */
    ByteBuf encode(Message message, ByteBufAllocator alloc);
}
