package dev.sprocket.pubsub;

import dev.sprocket.core.Message;
import dev.sprocket.core.spi.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** How an event looks on a wire: the protocol's message, and the frame around it. */
record Encoding(EventFormat format, Framing framing) {
    ByteBuf encode(Published published, ByteBufAllocator alloc) {
        Message message = format.encode(published, alloc);
        try {
            return framing.frame(message, alloc);
        } finally {
            message.content().release();
        }
    }
}
