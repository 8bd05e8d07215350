package dev.sprocket.core.spi;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.Connection;
import dev.sprocket.core.InboundBudget;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The level of {@link DelimitedTextLayer}: one for each connection, which it also is. */
final class DelimitedTextHandler extends ChannelInboundHandlerAdapter implements StackedConnection {
    private static final PeerLog LOG = PeerLog.of(DelimitedTextLayer.class);

    private final MessageComponent<? super Connection, ? super Message> app;
    private final MessageEncoder framing;
    private final boolean verbatim;
    private final Connection below;
    private final Attributes facts;
    private final ComponentInvoker<Connection> level;
    private final @Nullable PartialMessage decoder;
    private InboundBudget.@Nullable Reservation holding;
    private @Nullable PipelineContext segment;

    DelimitedTextHandler(
            MessageComponent<? super Connection, ? super Message> app,
            MessageEncoder framing,
            boolean verbatim,
            Connection below,
            @Nullable PartialMessage decoder) {
        this.decoder = decoder;
        this.app = app;
        this.framing = framing;
        this.verbatim = verbatim;
        this.below = below;
        this.facts = new Attributes(below.attributes());
        this.level = new ComponentInvoker<>(app, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        segment = PipelineContext.of(below).attach(this, ctx, framing);
        level.open();
    }

    /** Says how much of an unfinished text waits for its end; the connection ends if all have too much of it. */
    void account() {
        int bytes = decoder == null ? 0 : decoder.bufferedBytes();
        if (holding == null && bytes > 0 && segment != null) {
            PipelineContext own = segment;
            holding = InboundBudget.of(below).newReservation(() -> own.onLoop(this::evicted));
        }
        if (holding != null) {
            holding.resize(bytes);
        }
    }

    private void evicted() {
        if (isOpen()) {
            LOG.info(this, "{} closed: too much unfinished input in sum (raise inbound-memory-limit)", this);
            close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        ByteBuf text = (ByteBuf) read;
        Message message = read(text);
        try {
            level.deliver(app, message);
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
            LOG.info(this, "{} closed: too long: {}", this, cause.getMessage());
            close();
        } else {
            level.fail(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (holding != null) {
            holding.resize(0);
        }
        level.close();
    }

    @Override
    public boolean send(Message message) {
        return segment != null && segment.send(message);
    }

    @Override
    public void close() {
        below.close();
    }

    @Override
    public boolean isOpen() {
        return below.isOpen();
    }

    @Override
    public Connection underlying() {
        return below;
    }

    @Override
    public Attributes attributes() {
        return facts;
    }

    @Override
    public String toString() {
        return below.toString();
    }
}
