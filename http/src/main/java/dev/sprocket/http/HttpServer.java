package dev.sprocket.http;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.spi.ProtocolLayer;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.internal.h1.Http1Codec;
import dev.sprocket.http.internal.h1.RequestDecoder;
import java.util.List;

/**
 * Layer that serves HTTP/1.1 and HTTP/2, with one connection per request.
 *
 * <p>HTTP/1.1 (RFC 9112) is always available, HTTP/2 (RFC 9113) where TLS has negotiated it. The requests of an
 * HTTP/1.1 socket are handled one after the other and answered in order. HTTP/2 requests are independent of each other,
 * and a request may become a WebSocket (RFC 8441) next to others.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class HttpServer extends ProtocolLayer<Connection> {
    private final MessageComponent<? super HttpConnection, ? super Message> app;
    private final HttpLimits limits;
    private final HttpTimeouts timeouts;

    /** Serves a component with the default limits and timeouts. */
    public HttpServer(MessageComponent<? super HttpConnection, ? super Message> app) {
        this(app, HttpLimits.DEFAULT, HttpTimeouts.DEFAULT);
    }

    private HttpServer(
            MessageComponent<? super HttpConnection, ? super Message> app, HttpLimits limits, HttpTimeouts timeouts) {
        this.app = app;
        this.limits = limits;
        this.timeouts = timeouts;
    }

    /** Returns a copy with other size limits. */
    public HttpServer limits(HttpLimits sizes) {
        return new HttpServer(app, sizes, timeouts);
    }

    /** Returns a copy with other timeouts. */
    public HttpServer timeouts(HttpTimeouts times) {
        return new HttpServer(app, limits, times);
    }

    /** Returns the ALPN protocols: HTTP/2 is preferred, if the client supports it. */
    @Override
    public List<String> applicationProtocols() {
        return List.of("h2", "http/1.1");
    }

    @Override
    protected void install(Connection conn, LayerContext context) {
        if (Tls.applicationProtocol(conn).filter("h2"::equals).isPresent()) {
            Http2.install(conn, stream -> new HttpHandler(app, stream, limits, timeouts), limits, timeouts);
            return;
        }
        HttpHandler handler = new HttpHandler(app, conn, limits, timeouts);
        RequestDecoder decoder =
                new RequestDecoder(limits.head(), PipelineContext.of(conn).outbound(), handler::newReservation);
        Http1Codec codec = new Http1Codec(decoder);
        context.install(decoder, codec.encoder(), handler.withCodec(codec));
    }
}
