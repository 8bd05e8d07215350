package dev.sprocket.core.spi;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * The small frames that a connection sends in one turn of its event loop, one behind the other in one buffer, so that
 * they are one entry of the socket's queue. There is one only between the first such frame and the end of the turn.
 *
 * <p>Confined to its event loop.
 */
final class WriteCoalescer {
    /** A frame up to this size is gathered: past it, a buffer of its own is cheaper than growing this one. */
    static final int SMALL = 2048;
    /** A buffer that has come this far is not continued. */
    private static final int FULL = 32 * 1024;

    private static final int LEAST = 256;

    private @Nullable ChannelHandlerContext from;
    private @Nullable ByteBuf bytes;

    /** Where to write frames that leave a handler, of at least this size together. */
    ByteBuf begin(ChannelHandlerContext handler, int size) {
        ByteBuf room = handler.alloc().directBuffer(Math.max(LEAST, size));
        from = handler;
        bytes = room;
        return room;
    }

    /** Where to write another frame; null if what is gathered has to be taken first. */
    @Nullable
    ByteBuf room(ChannelHandlerContext handler) {
        return from == handler && bytes != null && bytes.readableBytes() < FULL ? bytes : null;
    }

    /** Hands what is gathered to the next handler; returns how much it was. */
    int write() {
        ByteBuf taken = bytes;
        ChannelHandlerContext handler = from;
        if (taken == null || handler == null) {
            return 0;
        }
        bytes = null;
        from = null;
        int size = taken.readableBytes();
        if (handler.channel().isActive()) {
            handler.write(taken, handler.voidPromise());
        } else {
            taken.release();
        }
        return size;
    }
}
