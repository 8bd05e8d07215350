package dev.sprocket.core.io;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.internal.transport.Outbound;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.internal.transport.ReadPath;
import dev.sprocket.core.internal.transport.ReadSource;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.StackedConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Lowest handler of a connection: converts the events of a socket to callbacks. */
final class IoHandler extends ChannelInboundHandlerAdapter implements ReadSource {
    private static final PeerLog LOG = PeerLog.of(IoHandler.class);

    private final MessageComponent<? super Connection, ? super Message> app;
    private final IoOptions options;
    private final DropCounter dropStats;
    private final @Nullable PeerInfo peer;
    private @Nullable IoConnection conn;
    private @Nullable ComponentInvoker<Connection> invoker;
    /** Last handler that bytes pass by; null if a component wants them. */
    private @Nullable ChannelHandlerContext last;
    /** Highest connection that bytes pass by. */
    private @Nullable Connection passed;

    private boolean inputEnded;

    /**
     * Creates the handler of a channel that is active or will be.
     *
     * @param peer peer information from {@link ConnectionInitializer}; null without it
     */
    IoHandler(
            MessageComponent<? super Connection, ? super Message> app,
            IoOptions options,
            DropCounter dropStats,
            @Nullable PeerInfo peer) {
        this.app = app;
        this.options = options;
        this.dropStats = dropStats;
        this.peer = peer;
    }

    /** Returns the outbound side of the connection; null before it is open. Any thread. */
    @Nullable
    Outbound outbound() {
        IoConnection opened = conn;
        return opened == null ? null : opened.outbound();
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
        if (invoker == null) {
            conn = new IoConnection(
                    ctx, options.outbound(), dropStats, peer == null ? PeerInfo.of(ctx.channel()) : peer);
            if (options.inbound() != InboundBudget.shared()) {
                options.inbound().assignTo(conn);
            }
            invoker = new ComponentInvoker<>(app, conn);
            invoker.open();
            passReads(ctx, conn);
        }
    }

    @Override
    public void passReads(ChannelHandlerContext lastPassed, Connection highestPassed) {
        if (conn != null && ReadPath.isFree(app, conn)) {
            last = lastPassed;
            passed = highestPassed;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        CoreMetrics.RECEIVED.add(((ByteBuf) read).readableBytes());
        if (last != null && passed != null) {
            if (passed.isOpen()) {
                last.fireChannelRead(read);
            } else {
                ReferenceCountUtil.release(read);
            }
            return;
        }
        ByteBuf bytes = (ByteBuf) read;
        Message message = BorrowedMessages.binary(bytes);
        try {
            if (invoker != null) {
                invoker.deliver(app, message);
            }
        } finally {
            BorrowedMessages.invalidate(message);
            bytes.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (invoker != null) {
            invoker.close();
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
            // close_notify is the end of the stream under TLS (RFC 8446 6.1); the peer may not close the socket
            userEventTriggered(ctx, ChannelInputShutdownEvent.INSTANCE);
            return;
        }
        if (event instanceof ChannelInputShutdownEvent && inputEnded) {
            return;
        }
        ctx.fireUserEventTriggered(event);
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            // decoders have just passed on their remaining bytes
            userEventTriggered(ctx, new CloseRequest(CloseReason.END_OF_STREAM));
        } else if (event instanceof CloseRequest request && !request.isClaimed() && conn != null) {
            if (!StackedConnection.closeAbove(conn, request.reason())) {
                // not a close by the application: messages that were already sent are still delivered
                PipelineContext.of(conn).outbound().close();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // below this handler only TLS decodes
        if (cause instanceof IOException || cause instanceof DecoderException || invoker == null) {
            LOG.debug("connection failed: peer={} cause={}", conn, cause.toString());
            ctx.close();
        } else {
            invoker.fail(cause);
        }
    }
}
