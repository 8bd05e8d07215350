package dev.sprocket.http;

import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.LayerContext;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Response of one exchange.
 *
 * <p>It completes the headers, decides whether the connection closes, and passes on the body. The bytes are written by
 * {@link ResponseWriter}. Callers read the {@link #state} after each call. Confined to the connection's event loop,
 * except the {@link #headers}.
 */
final class ExchangeResponse {
    private static final HttpResponse TUNNEL_UNSUPPORTED = HttpResponse.error(
            501, "CONNECT to a resource that is not a WebSocket (expected: a WebSocket, RFC 8441 4)");

    private final RequestLoop loop;
    private final HttpConnection conn;
    private final AddedHeaders headers;
    private final boolean headOnly;
    private final boolean keepAlive;
    /** Null until the response begins. */
    private @Nullable ResponseWriter writer;

    private boolean closeAfter;
    private boolean released;

    /**
     * Creates the response to a request.
     *
     * @param conn connection of the exchange
     * @param cors CORS headers, until they are replaced
     */
    ExchangeResponse(RequestLoop loop, HttpConnection conn, HttpRequest request, List<Map.Entry<String, String>> cors) {
        this.loop = loop;
        this.conn = conn;
        this.headers = new AddedHeaders(cors);
        this.headOnly = request.method().equals("HEAD");
        // the keep-alive extension of HTTP/1.0 is not supported
        this.keepAlive = request.version().equals("HTTP/1.1") && !request.headerContains("Connection", "close");
    }

    /** Returns the headers that are added to the response. */
    AddedHeaders headers() {
        return headers;
    }

    /** Returns the state of the response on the wire. */
    ResponseWriter.State state() {
        return writer == null ? ResponseWriter.State.OPEN : writer.state();
    }

    /** Returns the status; 0 if no response was written. */
    int status() {
        return writer == null ? 0 : writer.status();
    }

    /**
     * Returns the number of bytes of the body that were written.
     *
     * @param length length of a streamed body; negative if unknown
     */
    long bodyBytes(long length) {
        return writer == null ? 0 : writer.bodyBytes(length);
    }

    /** Reports whether the connection closes after the response. */
    boolean closesConnection() {
        return closeAfter;
    }

    /** Reports whether a file is sent as the body. */
    boolean isFile() {
        return writer != null && writer.isFile();
    }

    /** Reports whether a response would accept the extended CONNECT of HTTP/2 (RFC 8441 5). */
    boolean acceptsTunnel(HttpResponse given) {
        return given.status() < 300 && HttpRequest.of(conn).isTunnel();
    }

    /** Reports whether a streamed response with this head has no body. */
    boolean isBodiless(HttpResponse head) {
        return headOnly || head.isBodiless();
    }

    /**
     * Writes a complete response.
     *
     * @param bodyComplete whether the body of the request was received completely
     */
    void respond(HttpResponse given, boolean bodyComplete) {
        HttpResponse complete = headers.addTo(acceptsTunnel(given) ? TUNNEL_UNSUPPORTED : given);
        ResponseWriter out = newWriter(complete, bodyComplete);
        FileBody.Part file = complete.file();
        if (file == null) {
            out.writeFull(complete, headOnly, closeAfter);
        } else if (headOnly) {
            out.writeBodiless(complete, closeAfter);
        } else if (!out.beginFile(complete, file, closeAfter)) {
            respond(HttpResponse.error(500, "cannot read file (see the WARN line of the same peer)"), bodyComplete);
            return;
        }
        writer = out;
        if (released) {
            out.release();
        } else {
            out.pump();
        }
    }

    /** Writes the head of a response whose body is not sent. */
    void respondBodiless(HttpResponse head, boolean bodyComplete) {
        ResponseWriter out = newWriter(head, bodyComplete);
        writer = out;
        out.writeBodiless(headers.addTo(head), closeAfter);
    }

    /**
     * Writes the head of a response whose body is streamed, unless it is written.
     *
     * @param endless whether the response ends only when the peer disconnects
     */
    void beginStream(HttpResponse head, boolean bodyComplete, boolean endless) {
        if (writer == null) {
            ResponseWriter out = newWriter(head, bodyComplete);
            closeAfter |= endless;
            boolean mayChunk = !HttpRequest.of(conn).version().equals("HTTP/1.0");
            out.beginStream(headers.addTo(head), head.contentLength(), mayChunk, closeAfter);
            writer = out;
        }
    }

    /** Writes a response after which the connection carries another protocol. */
    void upgrade(HttpResponse switchingProtocols) {
        loop.newWriter(conn, HttpRequest.of(conn)).writeUpgrade(headers.addTo(switchingProtocols));
    }

    /** Decides whether the connection closes after a response. An unread body prevents reuse (RFC 9112 9.3). */
    private ResponseWriter newWriter(HttpResponse given, boolean bodyComplete) {
        closeAfter = !keepAlive || !bodyComplete || given.status() >= 400 || loop.isLastRequest();
        return loop.newWriter(conn, HttpRequest.of(conn));
    }

    /**
     * Sends a part of a streamed body, and takes ownership of it.
     *
     * @return false if it was not sent
     */
    boolean write(ByteBuf bytes) {
        if (writer == null || state() != ResponseWriter.State.OPEN) {
            bytes.release();
            return false;
        }
        return writer.write(bytes);
    }

    /** Ends a streamed body. */
    void end() {
        if (writer != null && state() == ResponseWriter.State.OPEN) {
            writer.end();
        }
    }

    /** Continues a file because the peer reads again. */
    void resume() {
        if (writer != null) {
            writer.pump();
        }
    }

    /** Attaches a layer that writes its messages to the streamed body. */
    PipelineContext attachStream(
            Connection layer, PipelineContext exchange, LayerContext.Encoder plain, LayerContext.Encoder chunk) {
        return Objects.requireNonNull(writer).attachStream(layer, exchange, plain, chunk);
    }

    /** Releases the file of the body, if there is one. */
    void release() {
        released = true;
        if (writer != null) {
            writer.release();
        }
    }
}
