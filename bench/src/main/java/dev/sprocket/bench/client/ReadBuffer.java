package dev.sprocket.bench.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/** Reads all data into one buffer, because {@link Client} retains none. Confined to one event loop. */
final class ReadBuffer extends DefaultMaxMessagesRecvByteBufAllocator implements AutoCloseable {
    private static final int SIZE = 256 * 1024;

    private final ByteBuf buffer = Unpooled.directBuffer(SIZE, SIZE);

    @Override
    public Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return SIZE;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator unused) {
                return buffer.retain().clear();
            }
        };
    }

    @Override
    public void close() {
        buffer.release();
    }
}
