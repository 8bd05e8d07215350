package dev.sprocket.core.internal.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/** Closes a socket after its queued data was sent. Confined to the connection's event loop. */
final class SocketCloser {
    /** Maximum time to send queued data while closing. */
    private static final long CLOSE_SECONDS = 5;

    private static final long LINGER_SECONDS = 1;

    private SocketCloser() {}

    /**
     * Closes a socket behind its queued data, after five seconds in any case.
     *
     * @param queued context from which the data was written
     * @param lingering true to close the output first; the input is closed when the peer has closed its side, or after
     *     one second
     */
    static void close(ChannelHandlerContext queued, boolean lingering) {
        Channel channel = queued.channel();
        ChannelFuture last = queued.writeAndFlush(Unpooled.EMPTY_BUFFER);
        last.addListener((ChannelFutureListener) done -> {
            if (lingering && channel instanceof DuplexChannel socket) {
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
