package dev.sprocket.core.text;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.framing.DelimitedTextLayer;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.spi.ProtocolLayer;
import io.netty.buffer.ByteBuf;

/**
 * Splits the bytes of a raw socket into lines of text.
 *
 * <p>Each inbound line is a text message without its end (LF, CR LF or the end of the stream); each outbound message
 * gets an LF. A telnet or {@code nc} client becomes a peer like any other.
 *
 * <p>Bytes that are not UTF-8 arrive as U+FFFD, because other layers may send the message on as text. A line that is
 * too long closes the connection. Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class Lines extends ProtocolLayer<Connection> {
    /** Default maximum length of a line: 64 KiB. */
    public static final int DEFAULT_LIMIT = 64 * 1024;

    private static final LayerContext.Encoder LINE = (message, alloc) -> {
        ByteBuf content = BorrowedMessages.bytes(message);
        int size = content.readableBytes();
        return alloc.directBuffer(size + 1)
                .writeBytes(content, content.readerIndex(), size)
                .writeByte('\n');
    };

    private final MessageComponent<? super Connection, ? super Message> app;
    private final int limit;
    private final boolean verbatim;
    private final DelimitedTextLayer texts;

    /** Creates a layer for lines of up to 64 KiB. */
    public Lines(MessageComponent<? super Connection, ? super Message> app) {
        this(app, DEFAULT_LIMIT, false);
    }

    private Lines(MessageComponent<? super Connection, ? super Message> app, int limit, boolean verbatim) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
        }
        this.app = app;
        this.limit = limit;
        this.verbatim = verbatim;
        this.texts = new DelimitedTextLayer(app, () -> new LineDecoder(limit), LINE, verbatim);
    }

    /** Returns a copy with another maximum length of a line, in bytes. */
    public Lines limit(int bytes) {
        return new Lines(app, bytes, verbatim);
    }

    /** Returns a copy that delivers lines unchanged. Lines that are not UTF-8 arrive as binary messages. */
    public Lines verbatim() {
        return new Lines(app, limit, true);
    }

    @Override
    protected void install(Connection conn, LayerContext context) {
        texts.install(conn, context);
    }

    @Override
    public void onMessage(Connection from, Message bytes) {
        texts.onMessage(from, bytes);
    }
}
