package dev.sprocket.core.internal.framing;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.net.ForeignDetector;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.spi.ProtocolLayer;
import io.netty.channel.ChannelHandler;
import java.util.function.Supplier;

/**
 * Layer of a protocol that consists of delimited texts.
 *
 * <p>A decoder splits the inbound bytes into texts, and an encoder frames outbound messages. Bytes that are not UTF-8
 * arrive as U+FFFD, because other layers may send the message on as text. A connection that begins with another
 * protocol, such as an HTTP request, is closed. A text that is too long, for which the decoder throws
 * {@code TooLongFrameException}, closes the connection.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class DelimitedTextLayer extends ProtocolLayer<Connection> {
    private final AttributeKey<DelimitedTextHandler> key =
            AttributeKey.of("delimited text handler", "was DelimitedTextLayer.onOpen called?");
    private final MessageComponent<? super Connection, ? super Message> app;
    private final Supplier<? extends ChannelHandler> decoder;
    private final LayerContext.Encoder encoder;
    private final boolean verbatim;

    /**
     * Creates a layer that delivers text messages.
     *
     * @param decoder creates one decoder per connection, which emits one {@code ByteBuf} per text
     * @param encoder encodes outbound messages
     */
    public DelimitedTextLayer(
            MessageComponent<? super Connection, ? super Message> app,
            Supplier<? extends ChannelHandler> decoder,
            LayerContext.Encoder encoder) {
        this(app, decoder, encoder, false);
    }

    /**
     * Creates a layer that can deliver invalid UTF-8 unchanged.
     *
     * @param decoder creates one decoder per connection, which emits one {@code ByteBuf} per text
     * @param encoder encodes outbound messages
     * @param verbatim true to deliver texts that are not UTF-8 as binary messages, instead of text with U+FFFD
     */
    public DelimitedTextLayer(
            MessageComponent<? super Connection, ? super Message> app,
            Supplier<? extends ChannelHandler> decoder,
            LayerContext.Encoder encoder,
            boolean verbatim) {
        this.app = app;
        this.decoder = decoder;
        this.encoder = encoder;
        this.verbatim = verbatim;
    }

    @Override
    public void install(Connection conn, LayerContext context) {
        ChannelHandler textDecoder = decoder.get();
        DelimitedTextHandler handler = new DelimitedTextHandler(
                app, encoder, verbatim, conn, textDecoder instanceof PartialMessage partial ? partial : null);
        key.set(conn, handler);
        context.install(new ForeignDetector(), textDecoder, handler);
    }

    @Override
    public void onMessage(Connection from, Message bytes) {
        super.onMessage(from, bytes);
        key.get(from).updateBudget();
    }
}
