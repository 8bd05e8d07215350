package dev.sprocket.core.io;

import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.net.AddressText;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses accepting for a second after an error, such as too many open files.
 *
 * <p>Logs the first and the last error of a series.
 *
 * <p>Confined to the event loop of the server's socket.
 */
final class AcceptErrors extends ChannelInboundHandlerAdapter {
    static final long PAUSE_SECONDS = 1;
    /** Time without an error after which a series ends. */
    static final long CALM_SECONDS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(AcceptErrors.class);

    private long failures;
    private boolean paused;

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Channel server = ctx.channel();
        if (paused) {
            return;
        }
        paused = true;
        CoreMetrics.REFUSED.increment(
                String.valueOf(cause.getMessage()).contains("Too many open files")
                        ? CoreMetrics.Refusal.DESCRIPTORS
                        : CoreMetrics.Refusal.ACCEPT_ERROR);
        if (failures++ == 0) {
            LOG.warn(
                    "cannot accept connections: address={} cause=\"{}\" retrySeconds={}",
                    AddressText.of(UnixAddress.local(server)),
                    ListenAddress.reason(cause),
                    PAUSE_SECONDS);
        }
        long seen = failures;
        server.config().setAutoRead(false);
        ctx.executor().schedule(() -> resume(ctx, seen), PAUSE_SECONDS, TimeUnit.SECONDS);
    }

    private void resume(ChannelHandlerContext ctx, long seen) {
        paused = false;
        if (ctx.channel().isOpen()) {
            ctx.executor().schedule(() -> calm(ctx, seen), CALM_SECONDS, TimeUnit.SECONDS);
            ctx.channel().config().setAutoRead(true);
        }
    }

    private void calm(ChannelHandlerContext ctx, long seen) {
        if (ctx.channel().isOpen() && seen == failures) {
            LOG.info(
                    "accepting connections again: address={} failures={}",
                    AddressText.of(UnixAddress.local(ctx.channel())),
                    failures);
            failures = 0;
        }
    }
}
