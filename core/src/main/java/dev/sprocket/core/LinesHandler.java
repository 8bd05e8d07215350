package dev.sprocket.core;

import dev.sprocket.core.spi.Framing;
import dev.sprocket.core.spi.Level;
import dev.sprocket.core.spi.Segment;
import dev.sprocket.core.spi.StackedConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The level of {@link Lines}: one for each connection, which it also is. */
final class LinesHandler extends ChannelInboundHandlerAdapter implements StackedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(Lines.class);

    private static final Framing LINE = (message, alloc) -> {
        ByteBuf content = message.content();
        int size = content.readableBytes();
        return alloc.directBuffer(size + 1)
                .writeBytes(content, content.readerIndex(), size)
                .writeByte('\n');
    };

    private final MessageComponent<? super Connection, ? super Message> app;
    private final Connection below;
    private final Facts facts;
    private final Level<Connection> level;
    private @Nullable Segment segment;

    LinesHandler(MessageComponent<? super Connection, ? super Message> app, Connection below) {
        this.app = app;
        this.below = below;
        this.facts = new Facts(below.facts());
        this.level = new Level<>(app, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        segment = Segment.of(below).above(this, ctx, LINE);
        level.open();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        ByteBuf line = (ByteBuf) read;
        try {
            level.deliver(
                    app,
                    ByteBufUtil.isText(line, StandardCharsets.UTF_8)
                            ? Message.text(line)
                            : Message.text(line.toString(StandardCharsets.UTF_8)));
        } finally {
            line.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof TooLongFrameException) {
            LOG.info("{} closed: a line is too long: {}", this, cause.getMessage());
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
