package dev.sprocket.pubsub;

import dev.sprocket.core.Message;
import dev.sprocket.core.spi.MessageEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Encoding of an event: the format of its message and the encoder of the connection. */
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
