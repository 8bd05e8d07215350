package dev.sprocket.core;

import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.CloseRequest;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.PipelineContext;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lowest level: turns the events of a socket into callbacks. */
final class IoHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(IoServer.class);

    private final MessageComponent<? super Connection, ? super Message> app;
    private final IoOptions options;
    private final DropStats losses;
    private final @Nullable PeerInfo arrival;
    private @Nullable IoConnection conn;
    private @Nullable ComponentInvoker<Connection> level;
    private boolean peerIsDone;

    /**
     * For a channel that is open or will be.
     *
     * @param arrival what its entrance found out; null if it had none
     */
    IoHandler(
            MessageComponent<? super Connection, ? super Message> app,
            IoOptions options,
            DropStats losses,
            @Nullable PeerInfo arrival) {
        this.app = app;
        this.options = options;
        this.losses = losses;
        this.arrival = arrival;
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
            conn = new IoConnection(
                    ctx, options.outbound(), losses, arrival == null ? PeerInfo.of(ctx.channel()) : arrival);
            if (options.inbound() != InboundBudget.shared()) {
                options.inbound().assignTo(conn);
            }
            level = new ComponentInvoker<>(app, conn);
            level.open();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        ByteBuf bytes = (ByteBuf) read;
        Message message = BorrowedMessages.binary(bytes);
        try {
            if (level != null) {
                level.deliver(app, message);
            }
        } finally {
            BorrowedMessages.invalidate(message);
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
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (conn != null) {
            conn.writabilityChanged();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent closed && closed.isSuccess()) {
            // under TLS this is how a peer says it (RFC 8446 6.1); whether the socket's end follows is up to it
            userEventTriggered(ctx, ChannelInputShutdownEvent.INSTANCE);
            return;
        }
        if (event instanceof ChannelInputShutdownEvent && peerIsDone) {
            return;
        }
        ctx.fireUserEventTriggered(event);
        if (event instanceof ChannelInputShutdownEvent) {
            peerIsDone = true;
            // decoders have just handed on what they still had
            userEventTriggered(ctx, new CloseRequest(CloseRequest.Cause.END_OF_STREAM));
        } else if (event instanceof CloseRequest ending && !ending.isClaimed() && conn != null) {
            // not the application's own close: what the peer has sent is still delivered
            PipelineContext.of(conn).outbound().close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // only TLS decodes below this level
        if (cause instanceof IOException || cause instanceof DecoderException || level == null) {
            LOG.debug("{}: {}", conn, cause.toString());
            ctx.close();
        } else {
            level.fail(cause);
        }
    }
}
