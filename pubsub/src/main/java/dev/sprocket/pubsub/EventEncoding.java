package dev.sprocket.pubsub;

import dev.sprocket.core.Message;
import dev.sprocket.core.spi.MessageEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** How an event looks on a wire: the protocol's message, and the frame around it. */
record EventEncoding(EventFormat format, MessageEncoder encoder) {
    ByteBuf encode(PublishedEvent published, ByteBufAllocator alloc) {
        Message message = format.encode(published, alloc);
        try {
            return encoder.encode(message, alloc);
        } finally {
            message.content().release();
        }
    }
}
