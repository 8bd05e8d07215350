package dev.sprocket.core.internal.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/** Way to close a socket after its queued data was sent. Confined to the connection's event loop. */
enum CloseMode {
    AT_ONCE,
    /** Closes the output first. The input is closed when the peer has closed its side, or after one second. */
    LINGERING;

    /** Maximum time to send queued data while closing. */
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
                    // a stream that ends without close_notify may have been truncated by an attacker (RFC 8446 6.1)
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
