package dev.sprocket.core.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Handler that rejects a client whose application protocols are all unknown (RFC 7301 3.2).
 *
 * <p>OpenSSL in Netty would continue without a protocol. The handler reads the client's offer before the engine does.
 *
 * <p>Confined to the connection's event loop.
 */
final class AlpnSslHandler extends OpenSslHandler {
    /** Fatal alert no_application_protocol. */
    private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 120};

    private final List<String> protocols;
    private boolean checked;
    private boolean rejected;

    AlpnSslHandler(SSLEngine engine, List<String> protocols) {
        super(engine);
        this.protocols = protocols;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws SSLException {
        if (rejected) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (!checked) {
            List<String> offered = new ArrayList<>();
            if (!ClientHello.readAlpn(in, offered)) {
                return; // incomplete
            }
            checked = true;
            if (!offered.isEmpty() && offered.stream().noneMatch(protocols::contains)) {
                reject(ctx, in);
                return;
            }
        }
        super.decode(ctx, in, out);
    }

    private void reject(ChannelHandlerContext ctx, ByteBuf in) {
        rejected = true;
        in.skipBytes(in.readableBytes());
        ctx.writeAndFlush(Unpooled.wrappedBuffer(ALERT)).addListener(ChannelFutureListener.CLOSE);
        ctx.fireUserEventTriggered(new SslHandshakeCompletionEvent(
                new SSLHandshakeException("no common application protocol (expected: one of " + protocols + ")")));
    }
}
