package dev.sprocket.core;

import dev.sprocket.core.spi.Ending;
import dev.sprocket.core.spi.Level;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lowest level: turns the events of a socket into callbacks. */
final class IoHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(IoServer.class);

    private final MessageComponent<? super Connection, ? super Message> app;
    private final long outboundLimit;
    private @Nullable IoConnection conn;
    private @Nullable Level<Connection> level;

    IoHandler(MessageComponent<? super Connection, ? super Message> app, long outboundLimit) {
        this.app = app;
        this.outboundLimit = outboundLimit;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            open(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        open(ctx);
    }

    private void open(ChannelHandlerContext ctx) {
        if (level == null) {
            conn = new IoConnection(ctx, outboundLimit);
            level = new Level<>(app, conn);
            level.open();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        ByteBuf bytes = (ByteBuf) read;
        try {
            if (level != null) {
                level.deliver(app, Message.binary(bytes));
            }
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (level != null) {
            level.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        ctx.fireUserEventTriggered(event);
        if (event instanceof ChannelInputShutdownEvent) {
            // decoders have just handed on what they still had
            userEventTriggered(ctx, new Ending(Ending.Cause.PEER_IS_DONE));
        } else if (event instanceof Ending ending && !ending.isTaken() && conn != null) {
            conn.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException || level == null) {
            LOG.debug("{}: {}", conn, cause.toString());
            ctx.close();
        } else {
            level.fail(cause);
        }
    }
}
