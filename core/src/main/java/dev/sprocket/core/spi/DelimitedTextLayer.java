package dev.sprocket.core.spi;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import io.netty.channel.ChannelHandler;
import java.util.function.Supplier;

/**
 * The layer of a protocol that is no more than texts one after the other: a decoder that cuts them out of the bytes, and a
 * framing for those that are sent. Bytes that are not UTF-8 arrive as U+FFFD, since other layers may send the message on as
 * text. A connection that begins with another protocol, such as an HTTP request, is closed. A text that is too long, for which the decoder throws {@code TooLongFrameException}, closes the connection.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class DelimitedTextLayer implements MessageComponent<Connection, Message> {
    private final AttributeKey<DelimitedTextHandler> key = AttributeKey.of("framed texts", "was Framed.onOpen called?");
    private final MessageComponent<? super Connection, ? super Message> app;
    private final Supplier<? extends ChannelHandler> decoder;
    private final MessageEncoder framing;
    private final boolean verbatim;

    /**
     * A layer.
     *
     * @param decoder makes one for each connection; it hands on one {@code ByteBuf} for each text
     */
    public DelimitedTextLayer(
            MessageComponent<? super Connection, ? super Message> app,
            Supplier<? extends ChannelHandler> decoder,
            MessageEncoder framing) {
        this(app, decoder, framing, false);
    }

    /**
     * A layer that can hand on texts that are not UTF-8 as they are.
     *
     * @param verbatim whether these are binary messages of the same bytes, instead of texts with U+FFFD
     */
    public DelimitedTextLayer(
            MessageComponent<? super Connection, ? super Message> app,
            Supplier<? extends ChannelHandler> decoder,
            MessageEncoder framing,
            boolean verbatim) {
        this.app = app;
        this.decoder = decoder;
        this.framing = framing;
        this.verbatim = verbatim;
    }

    @Override
    public void onOpen(Connection conn) {
        ChannelHandler texts = decoder.get();
        DelimitedTextHandler handler = new DelimitedTextHandler(
                app, framing, verbatim, conn, texts instanceof PartialMessage held ? held : null);
        key.set(conn, handler);
        PipelineContext.of(conn).install(new ForeignDetector(), texts, handler);
    }

    @Override
    public void onMessage(Connection from, Message bytes) {
        PipelineContext.of(from).fireRead(bytes);
        key.get(from).account();
    }

    @Override
    public void onError(Connection conn, Throwable cause) {
        PipelineContext.of(conn).fireError(cause);
    }

    @Override
    public void onClose(Connection conn) {
        PipelineContext.of(conn).fireInactive();
    }
}
