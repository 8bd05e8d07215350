package dev.sprocket.core.spi;

import dev.sprocket.core.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * How a message looks on the wire of some kind of connection. Connections with the same framing object get the same
 * bytes for the same message, so a broadcast frames once for all of them.
 *
 * <p>Threads: any; keeps no state.
 */
@FunctionalInterface
public interface Framing {
    /** Bytes as they are. */
    Framing RAW = (message, alloc) -> Borrowed.bytes(message).retainedDuplicate();

    /** The message with everything around it that the wire wants; the caller releases it. */
    ByteBuf frame(Message message, ByteBufAllocator alloc);
}
