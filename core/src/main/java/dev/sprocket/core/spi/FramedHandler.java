package dev.sprocket.core.spi;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Facts;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The level of {@link Framed}: one for each connection, which it also is. */
final class FramedHandler extends ChannelInboundHandlerAdapter implements StackedConnection {
    private static final PeerLog LOG = PeerLog.of(Framed.class);

    private final MessageComponent<? super Connection, ? super Message> app;
    private final Framing framing;
    private final Connection below;
    private final Facts facts;
    private final Level<Connection> level;
    private @Nullable Segment segment;

    FramedHandler(MessageComponent<? super Connection, ? super Message> app, Framing framing, Connection below) {
        this.app = app;
        this.framing = framing;
        this.below = below;
        this.facts = new Facts(below.facts());
        this.level = new Level<>(app, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        segment = Segment.of(below).above(this, ctx, framing);
        level.open();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        ByteBuf text = (ByteBuf) read;
        Message message = ByteBufUtil.isText(text, StandardCharsets.UTF_8)
                ? Borrowed.text(text)
                : Message.text(text.toString(StandardCharsets.UTF_8));
        try {
            level.deliver(app, message);
        } finally {
            Borrowed.end(message);
            text.release();
        }
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
    public Connection below() {
        return below;
    }

    @Override
    public Facts facts() {
        return facts;
    }

    @Override
    public String toString() {
        return below.toString();
    }
}
