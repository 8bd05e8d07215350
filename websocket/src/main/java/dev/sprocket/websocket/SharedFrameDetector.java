package dev.sprocket.websocket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Notices frames that did not come from the connection's own compressor: those of a broadcast. The peer remembers them,
 * our compressor does not, so what it remembers is worth nothing any more. Confined to the connection's event loop.
 */
final class SharedFrameDetector extends ChannelOutboundHandlerAdapter {
    private boolean ours;
    private boolean seen;

    /** What is written from now on is our compressor's, or is not. */
    void ours(boolean yes) {
        ours = yes;
    }

    /** Whether there was one since the last time. */
    boolean takeSeen() {
        boolean was = seen;
        seen = false;
        return was;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        seen |= !ours;
        ctx.write(message, promise);
    }
}
