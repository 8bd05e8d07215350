package dev.sprocket.core.io;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.text.ParserErrors;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.tls.Tls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Initializes a connection: reads the PROXY header, then performs the TLS handshake.
 *
 * <p>It is the last handler of the pipeline until both are complete, and is then replaced with {@link IoHandler}. A
 * connection that fails is closed, and one line is logged.
 *
 * <p>Confined to the connection's event loop.
 */
final class ConnectionInitializer extends ChannelInboundHandlerAdapter implements LoopTimer.Task {
    private static final PeerLog LOG = PeerLog.of(ConnectionInitializer.class);

    /** Such as {@code error:100000c0:SSL routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE}. */
    private static final Pattern OPENSSL_ERROR = Pattern.compile("error:[0-9a-f]+:[^:]*:[^:]*:(\\w+)");

    private static final String TLS_HANDSHAKE = "TLS handshake";

    private final MessageComponent<? super Connection, ? super Message> app;
    private final IoOptions options;
    private final DropCounter dropStats;
    private PeerInfo peer;
    private @Nullable ChannelHandlerContext ctx;
    private String awaited = "";
    private long since;
    private Duration limit = ProxyProtocol.LIMIT;
    private boolean done;

    private ConnectionInitializer(
            MessageComponent<? super Connection, ? super Message> app,
            IoOptions options,
            DropCounter dropStats,
            PeerInfo peer) {
        this.app = app;
        this.options = options;
        this.dropStats = dropStats;
        this.peer = peer;
    }

    /** Attaches a stack to a channel: immediately, or after the initialization. */
    static void attach(
            Channel channel,
            MessageComponent<? super Connection, ? super Message> app,
            IoOptions options,
            DropCounter dropStats) {
        boolean direct = options.tls() == null && options.proxy() == null;
        channel.pipeline()
                .addLast(
                        direct
                                ? new IoHandler(app, options, dropStats, null)
                                : new ConnectionInitializer(app, options, dropStats, PeerInfo.of(channel)));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
        ProxyProtocol proxy = options.proxy();
        if (proxy == null) {
            secure(added);
        } else if (proxy.trusts(peer.remote())) {
            await(added, "PROXY header", ProxyProtocol.LIMIT);
            added.pipeline().addBefore(added.name(), null, new ProxyDetector(proxy.isRequired()));
        } else if (proxy.isRequired()) {
            CoreMetrics.REFUSED.increment(CoreMetrics.Refusal.PROXY);
            reject("not a trusted proxy (expected: " + proxy.trusted() + ")");
        } else {
            secure(added);
        }
    }

    private void await(ChannelHandlerContext own, String event, Duration timeout) {
        LoopTimer timer = LoopTimer.of(own.channel().eventLoop());
        if (awaited.isEmpty()) {
            timer.add(this);
        }
        awaited = event;
        limit = timeout;
        since = timer.now();
    }

    /** Continues with TLS, if configured, when the peer's address is known. */
    private void secure(ChannelHandlerContext own) {
        Tls tls = options.tls();
        if (tls == null) {
            complete(own);
        } else {
            await(own, TLS_HANDSHAKE, tls.handshakeTimeout());
            own.pipeline().addBefore(own.name(), null, new PlainHttpRejector());
            own.pipeline().addBefore(own.name(), null, tls.handler(own.alloc(), options.applicationProtocols()));
        }
    }

    private void complete(ChannelHandlerContext own) {
        done = true;
        own.pipeline().replace(this, null, new IoHandler(app, options, dropStats, peer));
    }

    private void reject(String reason) {
        if (!done) {
            done = true;
            LOG.cause(reason).info(source(), "connection closed: peer={} reason={}", peer.name(), reason);
            if (ctx != null) {
                ctx.close();
            }
        }
    }

    private void close(ChannelHandlerContext own) {
        done = true;
        own.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext own, Object read) {
        try {
            if (read instanceof HAProxyMessage header && !done) {
                peer = ProxyProtocol.peer(peer, header);
                secure(own);
            }
        } finally {
            ReferenceCountUtil.release(read);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext own, Object event) {
        if (done) {
            return;
        }
        if (event == ProxyDetector.NO_HEADER) {
            secure(own);
        } else if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                CoreMetrics.HANDSHAKES.increment(CoreMetrics.Handshake.SUCCESS);
                peer = peer.withTls(own.pipeline().get(SslHandler.class).engine());
                complete(own);
            } else {
                CoreMetrics.HANDSHAKES.increment(
                        handshake.cause() instanceof NotSslRecordException
                                ? CoreMetrics.Handshake.NOT_TLS
                                : CoreMetrics.Handshake.FAILURE);
                reject("TLS handshake failed: " + handshakeFailure(handshake.cause()));
            }
        } else if (event instanceof PlainHttpRejector.Found found) {
            // PlainHttpRejector answers and closes the connection
            done = true;
            CoreMetrics.HANDSHAKES.increment(CoreMetrics.Handshake.NOT_TLS);
            LOG.cause(found.protocol())
                    .info(
                            source(),
                            "connection closed, client does not use TLS: peer={} received={} (expected: TLS)",
                            peer.name(),
                            found.protocol());
        } else if (event instanceof CloseRequest || event instanceof ChannelInputShutdownEvent) {
            close(own);
        }
    }

    /** Returns the source of a log line. All peers that fail in the handshake are one. */
    private Object source() {
        return awaited.equals(TLS_HANDSHAKE) ? TLS_HANDSHAKE : peer.remote();
    }

    private static String handshakeFailure(Throwable cause) {
        if (cause instanceof NotSslRecordException) {
            // Netty's message contains all received bytes in hex
            return "not TLS (expected: https:// or wss://)";
        }
        if (cause instanceof ClosedChannelException) {
            return "closed by the peer";
        }
        String message = cause.getMessage();
        if (message == null) {
            return cause.toString();
        }
        Matcher openSsl = OPENSSL_ERROR.matcher(message);
        return openSsl.find() ? openSsl.group(1).replace('_', ' ').toLowerCase(Locale.ROOT) : message;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext own, Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = ParserErrors.text(root);
        if (!done && !awaited.equals(TLS_HANDSHAKE)) {
            CoreMetrics.REFUSED.increment(CoreMetrics.Refusal.PROXY);
        }
        reject(awaited + ": " + (reason.isEmpty() ? "malformed" : reason));
    }

    @Override
    public void channelInactive(ChannelHandlerContext own) {
        done = true;
    }

    @Override
    public boolean tick(long now) {
        if (!done && now - since >= limit.toNanos()) {
            if (options.tls() != null && awaited.equals(TLS_HANDSHAKE)) {
                CoreMetrics.HANDSHAKES.increment(CoreMetrics.Handshake.TIMEOUT);
            } else {
                CoreMetrics.REFUSED.increment(CoreMetrics.Refusal.PROXY);
            }
            reject("no " + awaited + " within " + limit.toMillis() + " ms");
        }
        return !done;
    }

    @Override
    public String toString() {
        return "handshake timeout of " + peer.name();
    }
}
