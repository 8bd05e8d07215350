package dev.sprocket.core;

import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.DelimitedTextLayer;
import dev.sprocket.core.spi.MessageEncoder;
import io.netty.buffer.ByteBuf;

/**
 * Makes lines of the bytes of a raw socket: each line that arrives is a text message without its end (LF, CR LF or
 * the end of the stream), each
 * message that is sent gets an LF. A telnet or {@code nc} user becomes a peer like any other.
 *
 * <p>Bytes that are not UTF-8 arrive as U+FFFD, since other layers may send the message on as text. A line that is too
 * long closes the connection. Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class Lines implements MessageComponent<Connection, Message> {
    /** The longest line: 64 KiB. */
    public static final int DEFAULT_LIMIT = 64 * 1024;

    private static final MessageEncoder LINE = (message, alloc) -> {
        ByteBuf content = BorrowedMessages.bytes(message);
        int size = content.readableBytes();
        return alloc.directBuffer(size + 1)
                .writeBytes(content, content.readerIndex(), size)
                .writeByte('\n');
    };

    private final DelimitedTextLayer framed;

    /** Lines of up to 64 KiB. */
    public Lines(MessageComponent<? super Connection, ? super Message> app) {
        this(app, DEFAULT_LIMIT);
    }

    /** Lines of up to {@code limit} bytes. */
    public Lines(MessageComponent<? super Connection, ? super Message> app, int limit) {
        this(app, limit, false);
    }

    private Lines(MessageComponent<? super Connection, ? super Message> app, int limit, boolean verbatim) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
        }
        this.framed = new DelimitedTextLayer(app, () -> new LineDecoder(limit), LINE, verbatim);
    }

    /** Lines whose bytes are not changed: those that are not UTF-8 arrive as binary messages. */
    public static Lines verbatim(MessageComponent<? super Connection, ? super Message> app, int limit) {
        return new Lines(app, limit, true);
    }

    @Override
    public void onOpen(Connection conn) {
        framed.onOpen(conn);
    }

    @Override
    public void onMessage(Connection from, Message bytes) {
        framed.onMessage(from, bytes);
    }

    @Override
    public void onError(Connection conn, Throwable cause) {
        framed.onError(conn, cause);
    }

    @Override
    public void onClose(Connection conn) {
        framed.onClose(conn);
    }
}
