package dev.sprocket.websocket;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Forwarding;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.Segment;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import io.netty.handler.codec.http.websocketx.WebSocket00FrameDecoder;
import java.util.List;

/**
 * Speaks WebSocket (RFC 6455): upgrades each request and hands the messages that follow to the component above.
 *
 * <p>If that component, below any decorators, is a {@link Subprotocols}, the first protocol that the client lists and
 * the component knows is agreed on. If there is none, the handshake is refused, unless {@link #lenient()}.
 *
 * <p>Threads: as the stack around it.
 */
@Concurrent
public final class WsServer implements MessageComponent<HttpConnection, Message> {
    private final MessageComponent<? super WsConnection, ? super Message> app;
    private final WsLimits limits;
    private final boolean strict;
    private final boolean oldDrafts;
    private final Handshake handshake;

    /** Serves a component with the default limits. */
    public WsServer(MessageComponent<? super WsConnection, ? super Message> app) {
        this(app, WsLimits.DEFAULT);
    }

    /** Serves a component with limits of one's own. */
    public WsServer(MessageComponent<? super WsConnection, ? super Message> app, WsLimits limits) {
        this(app, limits, true, false);
    }

    private WsServer(
            MessageComponent<? super WsConnection, ? super Message> app,
            WsLimits limits,
            boolean strict,
            boolean oldDrafts) {
        this.app = app;
        this.limits = limits;
        this.strict = strict;
        this.oldDrafts = oldDrafts;
        List<String> known = Forwarding.find(app, Subprotocols.class)
                .map(Subprotocols::subprotocols)
                .orElse(List.of());
        this.handshake = new Handshake(known, strict, oldDrafts);
    }

    /** The same, but a client with which no subprotocol is agreed is let in, without one. */
    public WsServer lenient() {
        return new WsServer(app, limits, false, oldDrafts);
    }

    /**
     * The same, but clients of 2010 and 2011 are let in too, into the same application: HyBi-07 to HyBi-10 ({@code
     * Sec-WebSocket-Version: 7} and {@code 8}), whose frames are those of RFC 6455, and Hixie-76, which has text only.
     */
    public WsServer oldDrafts() {
        return new WsServer(app, limits, strict, true);
    }

    @Override
    public void onOpen(HttpConnection conn) {
        HttpRequest request = HttpRequest.of(conn);
        if (oldDrafts && Hixie76.isAsked(request)) {
            openHixie76(conn, request);
            return;
        }
        HttpResponse answer = handshake.answer(request);
        if (answer.status() != 101) {
            conn.respond(answer);
        } else if (conn.upgrade(answer)) {
            Segment.of(conn).install(new WsHandler(app, conn, limits, handshake.subprotocol(request)));
        }
    }

    private void openHixie76(HttpConnection conn, HttpRequest request) {
        HttpResponse answer = Hixie76.answer(request, handshake.subprotocol(request));
        if (answer.status() != 101) {
            conn.respond(answer);
        } else if (conn.upgrade(answer)) {
            Segment.of(conn)
                    .install(
                            new WebSocket00FrameDecoder(limits.frame()),
                            new Hixie76Handler(app, conn, handshake.subprotocol(request)));
        }
    }

    @Override
    public void onMessage(HttpConnection from, Message bytes) {
        Segment.of(from).feed(bytes);
    }

    @Override
    public void onError(HttpConnection conn, Throwable cause) {
        Segment.of(conn).fail(cause);
    }

    @Override
    public void onClose(HttpConnection conn) {
        Segment.of(conn).end();
    }
}
