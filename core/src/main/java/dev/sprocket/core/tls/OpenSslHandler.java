package dev.sprocket.core.tls;

import dev.sprocket.core.internal.transport.LoopIteration;
import dev.sprocket.core.internal.transport.RecordWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Handler that sends the replies to earlier messages before it processes a client's close_notify.
 *
 * <p>OpenSSL in Netty ends both directions at close_notify, and replies are written at the end of an event loop
 * iteration. TLS 1.3 hides the type of a record, so that one of the size of an alert may be close_notify if nothing
 * follows it. It then waits until the replies that exist are written; later ones are lost.
 *
 * <p>Confined to the connection's event loop.
 */
class OpenSslHandler extends TlsHandler implements RecordWriter {
    private static final int APPLICATION_DATA = 23;
    /** Size of an alert in TLS 1.3: two bytes, its type and the tag. */
    private static final int HIDDEN_ALERT = 19;
    /** Size of an alert with the padding of the JDK. */
    private static final int PADDED_ALERT = HIDDEN_ALERT + 16;

    private boolean waiting;
    /** True if messages were received since the last flush, so that replies may be unwritten. */
    private boolean received;

    private boolean inputEnded;
    /** True if messages may be queued since the last flush. */
    private boolean queued;

    OpenSslHandler(SSLEngine engine) {
        super(engine);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws SSLException {
        if (waiting) {
            return;
        }
        if (endsInput(ctx, in)) {
            return;
        }
        int end = in.writerIndex();
        boolean established = handshakeFuture().isDone();
        int limit = established ? limit(in) : firstRecord(in);
        if (limit == in.readerIndex()) {
            if (established && isHiddenAlert(in, limit)) {
                await(ctx);
            }
            return;
        }
        received = true;
        in.writerIndex(limit);
        try {
            super.decode(ctx, in, out);
        } finally {
            in.writerIndex(end);
        }
    }

    /** Returns the end of the first record, after which the handshake may be complete. */
    private static int firstRecord(ByteBuf in) {
        int end = end(in, in.readerIndex());
        // the engine reports bytes that are not TLS
        return end < 0 ? in.writerIndex() : end;
    }

    /** Returns the end of the complete records before one that must wait. */
    private int limit(ByteBuf in) {
        int start = in.readerIndex();
        int at = start;
        for (int end = end(in, at); end >= 0; end = end(in, at)) {
            if (isVisibleAlert(in, at) || (isHiddenAlert(in, at) && (at > start || hasUnwrittenReplies()))) {
                return at;
            }
            at = end;
        }
        return at;
    }

    private boolean hasUnwrittenReplies() {
        LoopIteration iteration = LoopIteration.current();
        // without an iteration, the event loop is not a real one
        return received && (iteration == null || iteration.isScheduled());
    }

    /** Reports whether there is a complete record that may be an alert of TLS 1.3. Nothing follows close_notify. */
    private boolean isHiddenAlert(ByteBuf in, int at) {
        if (end(in, at) != in.writerIndex() || in.getUnsignedByte(at) != APPLICATION_DATA) {
            return false;
        }
        int size = in.getUnsignedShort(at + 3);
        return (size == HIDDEN_ALERT || size == PADDED_ALERT) && hidesTypes();
    }

    /** Waits for the writes of this iteration. */
    private void await(ChannelHandlerContext ctx) {
        waiting = true;
        EventLoop loop = ctx.channel().eventLoop();
        LoopIteration.of(loop).runAtEnd(() -> LoopIteration.later(loop, () -> pass(ctx)));
    }

    private void pass(ChannelHandlerContext ctx) {
        if (!waiting || ctx.isRemoved()) {
            return;
        }
        waiting = false;
        received = false;
        try {
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
            channelReadComplete(ctx);
            if (inputEnded && !waiting) {
                inputEnded = false;
                super.userEventTriggered(ctx, ChannelInputShutdownEvent.INSTANCE);
            }
        } catch (Exception e) {
            ctx.fireExceptionCaught(e);
        }
    }

    @Override
    public @Nullable SSLEngineResult encrypt(ByteBuf message, ByteBuffer records) {
        if (queued || !handshakeFuture().isSuccess() || engine().isOutboundDone() || message.nioBufferCount() != 1) {
            return null;
        }
        try {
            SSLEngineResult result = engine().wrap(message.nioBuffer(), records);
            if (result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
                return null;
            }
            received = false;
            return result;
        } catch (SSLException channelFailsToo) {
            return null;
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) throws Exception {
        queued = true;
        super.write(ctx, message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) throws Exception {
        received = false;
        queued = false;
        super.flush(ctx);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (waiting && event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
        } else {
            super.userEventTriggered(ctx, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        waiting = false;
        received = false;
        super.channelInactive(ctx);
    }
}
