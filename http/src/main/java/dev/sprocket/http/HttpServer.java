package dev.sprocket.http;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.Segment;
import io.netty.handler.codec.http.HttpResponseEncoder;

/**
 * Speaks HTTP/1.1 (RFC 9112) and hands each request to the component above, as a connection of its own. Requests of one
 * socket are handled one after the other and answered in order.
 *
 * <p>Threads: as the stack around it.
 */
@Concurrent
public final class HttpServer implements MessageComponent<Connection, Message> {
    private final MessageComponent<? super HttpConnection, ? super Message> app;
    private final HttpLimits limits;
    private final HttpTimeouts timeouts;

    /** Serves a component with the default limits. */
    public HttpServer(MessageComponent<? super HttpConnection, ? super Message> app) {
        this(app, HttpLimits.DEFAULT);
    }

    /** Serves a component with limits of one's own. */
    public HttpServer(MessageComponent<? super HttpConnection, ? super Message> app, HttpLimits limits) {
        this(app, limits, HttpTimeouts.DEFAULT);
    }

    /** Serves a component with limits and time limits of one's own. */
    public HttpServer(
            MessageComponent<? super HttpConnection, ? super Message> app, HttpLimits limits, HttpTimeouts timeouts) {
        this.app = app;
        this.limits = limits;
        this.timeouts = timeouts;
    }

    @Override
    public void onOpen(Connection conn) {
        RequestDecoder decoder = new RequestDecoder(limits);
        Segment.of(conn)
                .install(decoder, new HttpResponseEncoder(), new HttpHandler(app, conn, decoder, limits, timeouts));
    }

    @Override
    public void onMessage(Connection from, Message bytes) {
        Segment.of(from).feed(bytes);
    }

    @Override
    public void onError(Connection conn, Throwable cause) {
        Segment.of(conn).fail(cause);
    }

    @Override
    public void onClose(Connection conn) {
        Segment.of(conn).end();
    }
}
