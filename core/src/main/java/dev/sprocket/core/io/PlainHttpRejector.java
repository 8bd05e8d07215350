package dev.sprocket.core.io;

import dev.sprocket.core.internal.net.ForeignProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Answers plain HTTP on a TLS port with 400. Precedes the TLS handler until the first bytes arrive.
 *
 * <p>Confined to the connection's event loop.
 */
final class PlainHttpRejector extends ChannelInboundHandlerAdapter {
    /** User event with the protocol that was received instead of TLS. */
    record Found(ForeignProtocol protocol) {}

    private static final String BODY = "400 Bad Request: HTTP on a port for HTTPS (expected: https:// or wss://)\n";
    private static final byte[] RESPONSE = ("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
                    + "Content-Length: " + BODY.length() + "\r\nConnection: close\r\n\r\n" + BODY)
            .getBytes(StandardCharsets.US_ASCII);

    private boolean found;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        ByteBuf first = (ByteBuf) read;
        if (found) {
            first.release();
            return;
        }
        // an incomplete request line fails like any other data that is not TLS
        Optional<ForeignProtocol> foreign =
                ForeignProtocol.of(first).filter(protocol -> protocol != ForeignProtocol.TLS);
        if (foreign.isEmpty()) {
            ctx.pipeline().remove(this);
            ctx.fireChannelRead(read);
            return;
        }
        found = true;
        first.release();
        ctx.fireUserEventTriggered(new Found(foreign.get()));
        if (foreign.get() == ForeignProtocol.HTTP) {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(RESPONSE)).addListener(ChannelFutureListener.CLOSE);
        } else {
            ctx.close();
        }
    }
}
