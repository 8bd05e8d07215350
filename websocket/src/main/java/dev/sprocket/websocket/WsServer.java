package dev.sprocket.websocket;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.InboundBudget;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Speaks WebSocket (RFC 6455): upgrades each request and hands the messages that follow to the component above.
 *
 * <p>If that component, below any decorators, is a {@link Subprotocols}, the first protocol that the client lists and
 * the component knows is agreed on. If there is none, the handshake is refused, unless {@link #lenient()}.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class WsServer implements MessageComponent<HttpConnection, Message> {
    private final MessageComponent<? super WsConnection, ? super Message> app;
    private final WsOptions options;
    private final Handshake handshake;
    private final LongAdder silent = new LongAdder();

    /** Serves a component with the default limits. */
    public WsServer(MessageComponent<? super WsConnection, ? super Message> app) {
        this(app, WsOptions.DEFAULT);
    }

    /** Serves a component with limits of one's own. */
    public WsServer(MessageComponent<? super WsConnection, ? super Message> app, WsLimits limits) {
        this(app, WsOptions.DEFAULT.limits(limits));
    }

    private WsServer(MessageComponent<? super WsConnection, ? super Message> app, WsOptions options) {
        this.app = app;
        this.options = options;
        List<String> known = ForwardingComponent.find(app, Subprotocols.class)
                .map(Subprotocols::subprotocols)
                .orElse(List.of());
        this.handshake = new Handshake(known, options);
    }

    /** The same, but a client with which no subprotocol is agreed is let in, without one. */
    public WsServer lenient() {
        return new WsServer(app, options.lenient());
    }

    /**
     * The same, but clients of 2010 and 2011 are let in too, into the same application: HyBi-07 to HyBi-10 ({@code
     * Sec-WebSocket-Version: 7} and {@code 8}), whose frames are those of RFC 6455, and Hixie-76, which has text only.
     */
    public WsServer oldDrafts() {
        return new WsServer(app, options.oldDrafts());
    }

    /**
     * The same, but a message that came in fragments has them as its {@linkplain Message#fragmented parts}, so that whoever
     * sends it on sends it in the same fragments. Otherwise it is sent in one frame.
     */
    public WsServer keepFragments() {
        return new WsServer(app, options.keepFragments());
    }

    /** The same, with other times for looking after silent peers; {@link KeepAlive#OFF} for not at all. */
    public WsServer keepAlive(KeepAlive times) {
        return new WsServer(app, options.keepAlive(times));
    }

    /** The same, with messages compressed for clients that offer it (RFC 7692); {@link Deflate#DEFAULT} suits most. */
    public WsServer compress(Deflate deflate) {
        return new WsServer(app, options.compress(deflate));
    }

    /** How many connections have been closed because a ping was not answered. */
    public long keepAliveTimeouts() {
        return silent.sum();
    }

    WsOptions options() {
        return options;
    }

    void countSilent() {
        silent.increment();
    }

    @Override
    public void onOpen(HttpConnection conn) {
        HttpRequest request = HttpRequest.of(conn);
        if (options.hasOldDrafts() && Hixie76.isAsked(request)) {
            openHixie76(conn, request);
            return;
        }
        HttpResponse answer = handshake.answer(request);
        if (answer.status() != 101) {
            conn.respond(answer);
            return;
        }
        NegotiatedCompression compression;
        try {
            compression = handshake.compression(request).orElse(null);
        } catch (IllegalArgumentException malformed) {
            conn.respond(HttpResponse.error(400, String.valueOf(malformed.getMessage())));
            return;
        }
        if (compression != null) {
            answer = answer.header("Sec-WebSocket-Extensions", compression.header());
        }
        if (conn.upgrade(answer)) {
            install(conn, handshake.subprotocol(request), compression);
        } else {
            released(compression);
        }
    }

    /** The connection with this agreement is gone. */
    void released(@Nullable NegotiatedCompression compression) {
        if (compression != null) {
            handshake.windows().release(compression.clientWindow());
        }
    }

    /** Bytes that are reserved for the windows of clients. */
    long reservedMemory() {
        return handshake.windows().reserved();
    }

    private void install(
            HttpConnection conn, Optional<String> subprotocol, @Nullable NegotiatedCompression compression) {
        if (compression != null && compression.serverTakeover()) {
            SharedFrameDetector shared = new SharedFrameDetector();
            ContextTakeover takeover = new ContextTakeover(compression, shared);
            PipelineContext.of(conn)
                    .install(shared, new WsHandler(this, app, conn, subprotocol, compression, takeover));
        } else {
            PipelineContext.of(conn).install(new WsHandler(this, app, conn, subprotocol, compression, null));
        }
    }

    private void openHixie76(HttpConnection conn, HttpRequest request) {
        HttpResponse answer = handshake
                .disagreement(request)
                .orElseGet(() -> Hixie76.answer(request, handshake.subprotocol(request)));
        if (answer.status() != 101) {
            conn.respond(answer);
        } else if (conn.upgrade(answer)) {
            PipelineContext.of(conn)
                    .install(
                            new Hixie76Decoder(options.limits().frame(), InboundBudget.of(conn)),
                            new Hixie76Handler(app, conn, handshake.subprotocol(request)));
        }
    }

    @Override
    public void onMessage(HttpConnection from, Message bytes) {
        PipelineContext.of(from).fireRead(bytes);
    }

    @Override
    public void onError(HttpConnection conn, Throwable cause) {
        PipelineContext.of(conn).fireError(cause);
    }

    @Override
    public void onClose(HttpConnection conn) {
        PipelineContext.of(conn).fireInactive();
    }
}
