package dev.sprocket.core.spi;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * The small frames that a connection sends in one turn of its event loop, one behind the other in one buffer, so that
 * they are one entry of the socket's queue. There is a buffer only between the first such frame and the end of the turn.
 *
 * <p>Threads: its event loop's only.
 */
final class Gathering {
    /** A frame up to this size is gathered: past it, a buffer of its own is cheaper than growing this one. */
    static final int SMALL = 2048;
    /** A buffer that has come this far is not continued. */
    private static final int FULL = 32 * 1024;

    private static final int LEAST = 256;

    private @Nullable ChannelHandlerContext from;
    private @Nullable ByteBuf bytes;
    /** What came together the last time: a guess at what comes now, so that the buffer need not grow. */
    private int expected = LEAST;

    /** Where to write a frame of up to this size that leaves a handler; null if what is gathered has to be taken first. */
    @Nullable
    ByteBuf room(ChannelHandlerContext handler, int size) {
        if (bytes == null) {
            from = handler;
            bytes = handler.alloc().directBuffer(Math.max(expected, size));
            return bytes;
        }
        return from == handler && bytes.readableBytes() < FULL ? bytes : null;
    }

    /** Hands what is gathered to the next handler. */
    void handOver() {
        ByteBuf taken = bytes;
        ChannelHandlerContext handler = from;
        if (taken != null && handler != null) {
            bytes = null;
            from = null;
            // not more than twice what came: what waits for a slow reader is memory
            expected = Math.max(LEAST, taken.readableBytes());
            if (handler.channel().isActive()) {
                handler.write(taken, handler.voidPromise());
            } else {
                taken.release();
            }
        }
    }
}
