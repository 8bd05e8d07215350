package dev.sprocket.core.io;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Closes a connection beyond the limit, with status 503 over plain HTTP.
 *
 * <p>The response precedes the request, which is discarded for a second, because data that was not read would abort the
 * connection before the client has read the response. Not more than 256 connections wait for that.
 *
 * <p>Confined to the connection's event loop.
 */
final class ConnectionRefusal extends ChannelInboundHandlerAdapter {
    static final int MAX_WAITING = 256;
    private static final long WAIT_MILLIS = 1000;
    private static final String BODY = "503 Service Unavailable: too many connections\n";
    private static final byte[] RESPONSE =
            ("HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                            + BODY.length() + "\r\nRetry-After: 5\r\nConnection: close\r\n\r\n" + BODY)
                    .getBytes(StandardCharsets.US_ASCII);
    private static final AtomicInteger WAITING = new AtomicInteger();

    private boolean answered;

    private ConnectionRefusal() {}

    /** Refuses a connection; {@code http} selects a response. */
    static void refuse(Channel channel, boolean http) {
        if (!http) {
            channel.close();
        } else if (WAITING.incrementAndGet() > MAX_WAITING) {
            WAITING.decrementAndGet();
            channel.close();
        } else {
            channel.closeFuture().addListener(closed -> WAITING.decrementAndGet());
            channel.pipeline().addLast(new ConnectionRefusal());
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            answer(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        answer(ctx);
    }

    private void answer(ChannelHandlerContext ctx) {
        if (answered) {
            return;
        }
        answered = true;
        Channel channel = ctx.channel();
        ctx.writeAndFlush(Unpooled.wrappedBuffer(RESPONSE)).addListener((ChannelFutureListener) sent -> {
            if (sent.isSuccess() && channel instanceof DuplexChannel socket) {
                socket.shutdownOutput();
            } else {
                channel.close();
            }
        });
        var timer = ctx.executor().schedule(() -> channel.close(), WAIT_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> timer.cancel(false));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        ReferenceCountUtil.release(read);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
