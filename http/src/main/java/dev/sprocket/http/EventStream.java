package dev.sprocket.http;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.PipelineContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Speaks Server-Sent Events (the HTML standard, 9.2): each GET request stays open, and what the component above sends is
 * what the page's {@code EventSource} hears.
 *
 * <pre>{@code
 * router.route("GET", "/events", new EventStream(new Chat()));
 * }</pre>
 *
 * <p>The component gets {@code onOpen} and {@code onClose}, and never a message. A comment is sent at
 * once, because Firefox reports the stream as open at the first byte of its body, and then every 15 seconds, so that proxies
 * keep the connection and a peer that is gone is noticed.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class EventStream implements MessageComponent<HttpConnection, Message> {
    /** How often a comment is sent. */
    public static final Duration DEFAULT_KEEPALIVE = Duration.ofSeconds(15);

    private static final HttpResponse HEAD = HttpResponse.of(200)
            .header("Content-Type", "text/event-stream")
            .header("Cache-Control", "no-store")
            // nginx would hold events back until it has a buffer full of them
            .header("X-Accel-Buffering", "no");

    private final AttributeKey<SseConnectionHandler> key =
            AttributeKey.of("event stream", "was EventStream.onOpen called?");
    private final MessageComponent<? super SseConnection, ? super Message> app;
    private final Duration keepalive;
    private final boolean verbatim;

    /** Serves a component, with a comment every 15 seconds. */
    public EventStream(MessageComponent<? super SseConnection, ? super Message> app) {
        this(app, DEFAULT_KEEPALIVE);
    }

    /** Serves a component, with a comment as often as this. */
    public EventStream(MessageComponent<? super SseConnection, ? super Message> app, Duration keepalive) {
        this(app, keepalive, false);
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

    /**
     * The same, but a message is not the data of an event: it is the text of whole events ({@link SseEvent#text}), with
     * ids and all, and goes out as it is.
     */
    public EventStream verbatim() {
        return new EventStream(app, keepalive, true);
    }

    @Override
    public void onOpen(HttpConnection conn) {
        HttpRequest request = HttpRequest.of(conn);
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            conn.respond(HttpResponse.error(405, "expected: GET, HEAD").header("Allow", "GET, HEAD"));
            return;
        }
        try {
            request.header("Last-Event-ID").ifPresent(EventStream::lastEventId);
        } catch (IllegalArgumentException e) {
            conn.respond(HttpResponse.error(400, "Last-Event-ID: " + e.getMessage()));
            return;
        }
        HttpExchange exchange = HttpExchange.of(conn);
        exchange.markEndless();
        if (conn.stream(HEAD)) {
            // where the head is written, which decides how events are framed
            PipelineContext.of(conn).onLoop(() -> open(conn, exchange));
        }
    }

    /** Header values are read as ISO 8859-1, and browsers send UTF-8. Throws {@link IllegalArgumentException} if it is none. */
    static String lastEventId(String header) {
        return PercentDecoder.decodeUtf8(ByteBuffer.wrap(header.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private void open(HttpConnection conn, HttpExchange exchange) {
        if (conn.isOpen()) {
            SseConnectionHandler level = new SseConnectionHandler(app, conn, exchange, keepalive, verbatim);
            key.set(conn, level);
            level.open();
        }
    }

    /** Never called: a page that listens says nothing. */
    @Override
    public void onMessage(HttpConnection from, Message message) {}

    @Override
    public void onClose(HttpConnection conn) {
        SseConnectionHandler level = key.peek(conn);
        if (level != null) {
            level.end();
        }
    }
}
