package dev.sprocket.core.internal.framing;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.spi.StackedConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Per-connection handler of {@link DelimitedTextLayer}, which is also the connection. */
final class DelimitedTextHandler extends ChannelInboundHandlerAdapter implements StackedConnection {
    private static final PeerLog LOG = PeerLog.of(DelimitedTextLayer.class);

    private final MessageComponent<? super Connection, ? super Message> app;
    private final LayerContext.Encoder encoder;
    private final boolean verbatim;
    private final Connection underlying;
    private final Attributes attributes;
    private final ComponentInvoker<Connection> invoker;
    private final @Nullable PartialMessage decoder;
    private InboundBudget.@Nullable Reservation reservation;
    private @Nullable PipelineContext context;

    DelimitedTextHandler(
            MessageComponent<? super Connection, ? super Message> app,
            LayerContext.Encoder encoder,
            boolean verbatim,
            Connection underlying,
            @Nullable PartialMessage decoder) {
        this.decoder = decoder;
        this.app = app;
        this.encoder = encoder;
        this.verbatim = verbatim;
        this.underlying = underlying;
        this.attributes = new Attributes(underlying.attributes());
        this.invoker = new ComponentInvoker<>(app, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = PipelineContext.of(underlying).attach(this, ctx, encoder);
        invoker.open();
    }

    /**
     * Updates the inbound budget with the size of the incomplete text. The connection closes if the budget is exceeded.
     */
    void updateBudget() {
        int bytes = decoder == null ? 0 : decoder.bufferedBytes();
        if (reservation == null && bytes > 0 && context != null) {
            PipelineContext own = context;
            reservation = InboundBudget.of(underlying).newReservation(() -> own.onLoop(this::evicted));
        }
        if (reservation != null) {
            reservation.resize(bytes);
        }
    }

    private void evicted() {
        if (isOpen()) {
            LOG.info(
                    this,
                    "connection evicted to free inbound memory: peer={} heldBytes={} limitBytes={}"
                            + " (many peers: raise inbound-memory-limit; one network: block it)",
                    this,
                    decoder == null ? 0 : decoder.bufferedBytes(),
                    InboundBudget.of(underlying).limit());
            close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        ByteBuf text = (ByteBuf) read;
        Message message = read(text);
        try {
            invoker.deliver(app, message);
        } finally {
            BorrowedMessages.invalidate(message);
            text.release();
        }
    }

    private Message read(ByteBuf text) {
        if (ByteBufUtil.isText(text, StandardCharsets.UTF_8)) {
            return BorrowedMessages.text(text);
        }
        return verbatim ? BorrowedMessages.binary(text) : Message.text(text.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof TooLongFrameException) {
            LOG.info(this, "connection closed, message too long: peer={} reason={}", this, cause.getMessage());
            close();
        } else {
            invoker.fail(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (reservation != null) {
            reservation.resize(0);
        }
        invoker.close();
    }

    @Override
    public boolean send(Message message) {
        return context != null && context.send(message);
    }

    @Override
    public Connection underlying() {
        return underlying;
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    @Override
    public String toString() {
        return underlying.toString();
    }
}
