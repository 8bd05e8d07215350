package dev.sprocket.http.sse;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.internal.exchange.ExchangeControl;
import dev.sprocket.http.internal.syntax.PercentDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Layer for Server-Sent Events (HTML standard, 9.2).
 *
 * <p>Each GET request stays open, and messages sent by the component reach the {@code EventSource} of the page.
 *
 * <pre>{@code
 * router = router.route("GET", "/events", new EventStream(new Chat()));
 * }</pre>
 *
 * <p>The component receives {@code onOpen} and {@code onClose}, but no messages. A comment is sent immediately, because
 * Firefox fires the open event at the first byte of the body. Further comments follow every 15 seconds, so that proxies
 * keep the connection open and disconnected peers are detected.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class EventStream implements MessageComponent<HttpConnection, Message> {
    /** Default interval between comments: 15 seconds. */
    public static final Duration DEFAULT_KEEPALIVE = Duration.ofSeconds(15);

    private static final HttpResponse HEAD = HttpResponse.of(200)
            .header("Content-Type", "text/event-stream")
            .header("Cache-Control", "no-store")
            // prevents nginx from buffering events
            .header("X-Accel-Buffering", "no");

    private final AttributeKey<SseConnectionHandler> key =
            AttributeKey.of("event stream", "was EventStream.onOpen called?");
    private final MessageComponent<? super SseConnection, ? super Message> app;
    private final Duration keepalive;
    private final boolean verbatim;

    /** Serves a component, with a comment every 15 seconds. */
    public EventStream(MessageComponent<? super SseConnection, ? super Message> app) {
        this(app, DEFAULT_KEEPALIVE, false);
    }

    private EventStream(
            MessageComponent<? super SseConnection, ? super Message> app, Duration keepalive, boolean verbatim) {
        if (keepalive.isZero() || keepalive.isNegative()) {
            throw new IllegalArgumentException("keepalive: " + keepalive + " (expected: above zero)");
        }
        this.app = app;
        this.keepalive = keepalive;
        this.verbatim = verbatim;
    }

    /** Returns a copy with another interval between comments; above zero, else {@link IllegalArgumentException}. */
    public EventStream keepAlive(Duration interval) {
        return new EventStream(app, interval, verbatim);
    }

    /**
     * Returns a copy that sends each message unchanged, as the text of whole events ({@link SseEvent#text}).
     *
     * <p>Without it a message is the data of one event.
     */
    public EventStream verbatim() {
        return new EventStream(app, keepalive, true);
    }

    @Override
    public void onOpen(HttpConnection conn) {
        HttpRequest request = HttpRequest.of(conn);
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            conn.respond(HttpResponse.error(405, "method not allowed (expected: GET, HEAD)")
                    .header("Allow", "GET, HEAD"));
            return;
        }
        try {
            request.header("Last-Event-ID").ifPresent(EventStream::lastEventId);
        } catch (IllegalArgumentException e) {
            conn.respond(HttpResponse.error(400, "Last-Event-ID: " + e.getMessage()));
            return;
        }
        ExchangeControl exchange = ExchangeControl.of(conn);
        exchange.markEndless();
        if (conn.stream(HEAD)) {
            // on the event loop, after the head is written: it determines the framing of events
            PipelineContext.of(conn).onLoop(() -> open(conn, exchange));
        }
    }

    /** Decodes a header as UTF-8, which browsers send. Throws {@link IllegalArgumentException} if it is invalid. */
    @CanIgnoreReturnValue
    static String lastEventId(String header) {
        return PercentDecoder.decodeUtf8(ByteBuffer.wrap(header.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private void open(HttpConnection conn, ExchangeControl exchange) {
        if (conn.isOpen()) {
            SseConnectionHandler handler = new SseConnectionHandler(app, conn, exchange, keepalive, verbatim);
            key.set(conn, handler);
            handler.open();
        }
    }

    /** Never called, because an event stream has no input. */
    @Override
    public void onMessage(HttpConnection from, Message message) {}

    @Override
    public void onClose(HttpConnection conn) {
        SseConnectionHandler handler = key.find(conn).orElse(null);
        if (handler != null) {
            handler.end();
        }
    }
}
