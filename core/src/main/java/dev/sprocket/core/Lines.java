package dev.sprocket.core;

import dev.sprocket.core.spi.Segment;

/**
 * Makes lines of the bytes of a raw socket: each line that arrives is a text message without its end (LF, CR LF or
 * the end of the stream), each
 * message that is sent gets an LF. A telnet or {@code nc} user becomes a peer like any other.
 *
 * <p>Bytes that are not UTF-8 arrive as U+FFFD, since other layers may send the message on as text. A line that is too
 * long closes the connection. Threads: as the stack around it.
 */
@Concurrent
public final class Lines implements MessageComponent<Connection, Message> {
    /** The longest line: 64 KiB. */
    public static final int DEFAULT_LIMIT = 64 * 1024;

    private final MessageComponent<? super Connection, ? super Message> app;
    private final int limit;

    /** Lines of up to 64 KiB. */
    public Lines(MessageComponent<? super Connection, ? super Message> app) {
        this(app, DEFAULT_LIMIT);
    }

    /** Lines of up to {@code limit} bytes. */
    public Lines(MessageComponent<? super Connection, ? super Message> app, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
        }
        this.app = app;
        this.limit = limit;
    }

    @Override
    public void onOpen(Connection conn) {
        Segment.of(conn).install(new LineDecoder(limit), new LinesHandler(app, conn));
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
