package dev.sprocket.core;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What to do when the system does not hand out connections, because there are too many open files for instance: wait a
 * second before each new attempt, and say so once for each time of trouble.
 *
 * <p>Threads: the event loop of the server's socket.
 */
final class AcceptErrors extends ChannelInboundHandlerAdapter {
    static final long PAUSE_SECONDS = 1;
    /** Without an error for so long, the trouble is over. */
    static final long CALM_SECONDS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(IoServer.class);

    private long failures;
    private boolean resting;

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Channel server = ctx.channel();
        if (resting) {
            return;
        }
        resting = true;
        if (failures++ == 0) {
            LOG.warn(
                    "{} cannot accept connections: {} (trying again every {} s)",
                    AddressText.of(UnixAddress.local(server)),
                    ListenAddress.reason(cause),
                    PAUSE_SECONDS);
        }
        long seen = failures;
        server.config().setAutoRead(false);
        ctx.executor().schedule(() -> resume(ctx, seen), PAUSE_SECONDS, TimeUnit.SECONDS);
    }

    private void resume(ChannelHandlerContext ctx, long seen) {
        resting = false;
        if (ctx.channel().isOpen()) {
            ctx.executor().schedule(() -> calm(ctx, seen), CALM_SECONDS, TimeUnit.SECONDS);
            ctx.channel().config().setAutoRead(true);
        }
    }

    private void calm(ChannelHandlerContext ctx, long seen) {
        if (ctx.channel().isOpen() && seen == failures) {
            LOG.info(
                    "{} accepts connections again, after {} failures",
                    AddressText.of(UnixAddress.local(ctx.channel())),
                    failures);
            failures = 0;
        }
    }
}
