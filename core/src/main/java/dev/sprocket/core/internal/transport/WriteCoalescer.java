package dev.sprocket.core.internal.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Small frames of one connection and event loop iteration, coalesced in one buffer.
 *
 * <p>They are one entry of the socket's queue. A coalescer is in use only between the first such frame and the end of
 * the iteration.
 *
 * <p>Confined to its event loop.
 */
final class WriteCoalescer {
    /**
     * Maximum size of a coalesced frame, in bytes. For larger frames a separate buffer is cheaper than growing this
     * one.
     */
    static final int MAX_FRAME = 2048;
    /** Size from which a buffer is not continued, in bytes. */
    private static final int MAX_BUFFER = 32 * 1024;

    private static final int MIN_CAPACITY = 256;

    private @Nullable ChannelHandlerContext from;
    private @Nullable ByteBuf bytes;

    /** Starts a buffer for frames of a handler, with at least this capacity. */
    ByteBuf begin(ChannelHandlerContext handler, int size) {
        ByteBuf room = handler.alloc().directBuffer(Math.max(MIN_CAPACITY, size));
        from = handler;
        bytes = room;
        return room;
    }

    /** Returns the buffer for another frame; null if the current content must be written first. */
    @Nullable
    ByteBuf room(ChannelHandlerContext handler) {
        return from == handler && bytes != null && bytes.readableBytes() < MAX_BUFFER ? bytes : null;
    }

    /** Returns the frames of a handler; null if there are none. */
    @Nullable
    ByteBuf content(ChannelHandlerContext handler) {
        return from == handler ? bytes : null;
    }

    /** Releases the buffer, whose content was sent, and returns its size. */
    int discard() {
        ByteBuf content = bytes;
        bytes = null;
        from = null;
        if (content == null) {
            return 0;
        }
        int size = content.readableBytes();
        content.release();
        return size;
    }

    /** Writes the buffer to the next handler and returns its size. */
    int write() {
        ByteBuf content = bytes;
        ChannelHandlerContext handler = from;
        if (content == null || handler == null) {
            return 0;
        }
        bytes = null;
        from = null;
        int size = content.readableBytes();
        if (handler.channel().isActive()) {
            handler.write(content, handler.voidPromise());
        } else {
            content.release();
        }
        return size;
    }
}
