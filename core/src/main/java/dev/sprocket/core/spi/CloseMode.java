package dev.sprocket.core.spi;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/** How a socket is closed once all that is queued was sent. Confined to the event loop. */
enum CloseMode {
    AT_ONCE,
    /** Only our half; the other when the peer has closed its own, or a second later. */
    LINGERING;

    /** How long a closing connection may take to send what is queued. */
    private static final long CLOSE_SECONDS = 5;

    private static final long LINGER_SECONDS = 1;

    void after(ChannelHandlerContext queued) {
        Channel channel = queued.channel();
        ChannelFuture last = queued.writeAndFlush(Unpooled.EMPTY_BUFFER);
        last.addListener((ChannelFutureListener) done -> {
            if (this == LINGERING && channel instanceof DuplexChannel socket) {
                SslHandler tls = queued.pipeline().get(SslHandler.class);
                if (tls == null) {
                    socket.shutdownOutput();
                } else {
                    // a stream that ends without a close_notify may have been cut by somebody else (RFC 8446 6.1)
                    tls.closeOutbound().addListener(sent -> socket.shutdownOutput());
                }
                force(channel, LINGER_SECONDS);
            } else {
                queued.close();
            }
        });
        if (!last.isDone()) {
            force(channel, CLOSE_SECONDS);
        }
    }

    private static void force(Channel channel, long seconds) {
        if (channel.isOpen()) {
            var timer = channel.eventLoop().schedule(() -> channel.close(), seconds, TimeUnit.SECONDS);
            channel.closeFuture().addListener(closed -> timer.cancel(false));
        }
    }
}
