package dev.sprocket.core;

import dev.sprocket.core.spi.CloseRequest;
import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.core.spi.ParserErrors;
import dev.sprocket.core.spi.PeerLog;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a socket passes before the stack hears of it: the header of a proxy, then the TLS handshake. Stands at the end of
 * the pipeline until both are done, and gives its place to {@link IoHandler}. One that fails is closed with one line in
 * the log.
 *
 * <p>Confined to the connection's event loop.
 */
final class ConnectionInitializer extends ChannelInboundHandlerAdapter implements LoopTimer.Task {
    private static final PeerLog LOG = PeerLog.of(IoServer.class);

    private final MessageComponent<? super Connection, ? super Message> app;
    private final IoOptions options;
    private final DropStats losses;
    private PeerInfo arrival;
    private @Nullable ChannelHandlerContext ctx;
    private String awaited = "";
    private long since;
    private Duration limit = ProxyProtocol.LIMIT;
    private boolean done;

    private ConnectionInitializer(
            MessageComponent<? super Connection, ? super Message> app,
            IoOptions options,
            DropStats losses,
            PeerInfo arrival) {
        this.app = app;
        this.options = options;
        this.losses = losses;
        this.arrival = arrival;
    }

    /** Puts a stack behind a socket, at once or when its entrance is passed. */
    static void attach(
            Channel channel,
            MessageComponent<? super Connection, ? super Message> app,
            IoOptions options,
            DropStats losses) {
        boolean direct = options.tls() == null && options.proxy() == null;
        channel.pipeline()
                .addLast(
                        direct
                                ? new IoHandler(app, options, losses, null)
                                : new ConnectionInitializer(app, options, losses, PeerInfo.of(channel)));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
        ProxyProtocol proxy = options.proxy();
        if (proxy == null) {
            secure(added);
        } else if (proxy.trusts(arrival.remote())) {
            await(added, "PROXY header", ProxyProtocol.LIMIT);
            added.pipeline().addBefore(added.name(), null, new ProxyDetector(proxy.isRequired()));
        } else if (proxy.isRequired()) {
            refuse("not one of the proxies (expected: " + proxy.trusted() + ")");
        } else {
            secure(added);
        }
    }

    private void await(ChannelHandlerContext own, String what, Duration atMost) {
        LoopTimer sweep = LoopTimer.of(own.channel().eventLoop());
        if (awaited.isEmpty()) {
            sweep.add(this);
        }
        awaited = what;
        limit = atMost;
        since = sweep.now();
    }

    /** The peer is known: on to TLS, if there is any. */
    private void secure(ChannelHandlerContext own) {
        Tls tls = options.tls();
        if (tls == null) {
            enter(own);
        } else {
            await(own, "TLS handshake", tls.handshakeTimeout());
            own.pipeline().addBefore(own.name(), null, new PlainHttpRejector());
            own.pipeline().addBefore(own.name(), null, tls.handler(own.alloc(), options.offered()));
        }
    }

    private void enter(ChannelHandlerContext own) {
        done = true;
        own.pipeline().replace(this, null, new IoHandler(app, options, losses, arrival));
    }

    private void refuse(String reason) {
        if (!done) {
            done = true;
            LOG.cause(reason).info(arrival.remote(), "{} closed: {}", arrival.name(), reason);
            if (ctx != null) {
                ctx.close();
            }
        }
    }

    private void leave(ChannelHandlerContext own) {
        done = true;
        own.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext own, Object read) {
        try {
            if (read instanceof HAProxyMessage header && !done) {
                arrival = ProxyProtocol.arrival(arrival, header);
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
                arrival = arrival.under(own.pipeline().get(SslHandler.class).engine());
                enter(own);
            } else {
                refuse("TLS handshake failed: " + Tls.reason(handshake.cause()));
            }
        } else if (event instanceof PlainHttpRejector.Found found) {
            // it is answered and closed by who has found it, in front of TLS
            done = true;
            LOG.cause(found.protocol())
                    .info(arrival.remote(), "{} closed: {} (expected: TLS)", arrival.name(), found.protocol());
        } else if (event instanceof CloseRequest || event instanceof ChannelInputShutdownEvent) {
            leave(own);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext own, Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = ParserErrors.text(root);
        refuse(awaited + ": " + (reason.isEmpty() ? "malformed" : reason));
    }

    @Override
    public void channelInactive(ChannelHandlerContext own) {
        done = true;
    }

    @Override
    public boolean tick(long now) {
        if (!done && now - since >= limit.toNanos()) {
            refuse("no " + awaited + " within " + limit.toMillis() + " ms");
        }
        return !done;
    }
}
