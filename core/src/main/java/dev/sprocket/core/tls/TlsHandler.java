package dev.sprocket.core.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * Handler that keeps a connection of TLS 1.2 writable after the client's close_notify.
 *
 * <p>Engines end both directions at such an alert (RFC 5246 7.2.1), as if a client that sends nothing more did not read
 * either; RFC 8446 6.1 changed that. The type of a record is visible in TLS 1.2, so the engine is not given the alert,
 * and the connection ends when the application closes it. The alert is not verified, but a forged one has only the
 * effect of a forged TCP FIN.
 *
 * <p>Confined to the connection's event loop.
 */
class TlsHandler extends SslHandler {
    private static final int ALERT = 21;
    private static final int RECORD_HEADER = 5;

    private boolean closed;

    TlsHandler(SSLEngine engine) {
        super(engine);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws SSLException {
        if (!endsInput(ctx, in)) {
            super.decode(ctx, in, out);
        }
    }

    /** Reports the end of input if an alert is next. From then on all bytes are discarded. */
    final boolean endsInput(ChannelHandlerContext ctx, ByteBuf in) {
        if (!closed) {
            if (!handshakeFuture().isDone() || !isVisibleAlert(in, in.readerIndex())) {
                return false;
            }
            closed = true;
            ctx.fireUserEventTriggered(SslCloseCompletionEvent.SUCCESS);
        }
        in.skipBytes(in.readableBytes());
        return true;
    }

    /** Reports whether there is a complete alert of TLS 1.2 or older. */
    final boolean isVisibleAlert(ByteBuf in, int at) {
        return end(in, at) >= 0 && in.getUnsignedByte(at) == ALERT && !hidesTypes();
    }

    /** Reports whether the type of a record is encrypted (RFC 8446 5.2). */
    final boolean hidesTypes() {
        return engine().getSession().getProtocol().equals("TLSv1.3");
    }

    /** Returns the end of a record; -1 if it is incomplete. */
    static int end(ByteBuf in, int at) {
        int available = in.writerIndex() - at;
        if (available < RECORD_HEADER) {
            return -1;
        }
        int size = RECORD_HEADER + in.getUnsignedShort(at + 3);
        return size <= available ? at + size : -1;
    }
}
