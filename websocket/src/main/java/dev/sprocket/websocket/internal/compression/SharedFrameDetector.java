package dev.sprocket.websocket.internal.compression;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Detects broadcast frames that were not compressed by the connection's own compressor.
 *
 * <p>The peer's window contains these frames but the compressor's window does not, so the compressor must be reset.
 * Confined to the connection's event loop.
 */
public final class SharedFrameDetector extends ChannelOutboundHandlerAdapter {
    private boolean writingOwnFrame;
    private boolean sharedFrameSeen;

    /** Sets the origin of the following writes: true for frames of the connection's own compressor. */
    void setWritingOwnFrame(boolean own) {
        writingOwnFrame = own;
    }

    /** Reports whether a broadcast frame was written since the last call. */
    boolean takeSharedFrameSeen() {
        boolean was = sharedFrameSeen;
        sharedFrameSeen = false;
        return was;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        sharedFrameSeen |= !writingOwnFrame;
        ctx.write(message, promise);
    }
}
