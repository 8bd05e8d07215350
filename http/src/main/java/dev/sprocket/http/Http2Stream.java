package dev.sprocket.http;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.http.internal.h2.Http2Translator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 stream, which carries one request; the counterpart of an HTTP/1.1 socket.
 *
 * <p>Placed between {@link Http2Translator} and {@link HttpHandler} in the pipeline of the stream.
 */
final class Http2Stream extends ChannelInboundHandlerAdapter implements StackedConnection {
    private static final PeerLog LOG = HttpLog.LOG;

    private final Connection underlying;
    private final Attributes attributes;
    private @Nullable PipelineContext pipeline;

    private Http2Stream(Connection underlying) {
        this.underlying = underlying;
        this.attributes = new Attributes(underlying.attributes());
    }

    /** Adds the handlers of a request to the pipeline of a new stream. */
    static void open(
            Channel stream, Connection underlying, Function<Connection, HttpHandler> handlers, HttpLimits limits) {
        Http2Stream conn = new Http2Stream(underlying);
        Http2Translator translator = new Http2Translator(limits.head(), InboundBudget.of(underlying), conn);
        stream.pipeline().addLast(translator, conn);
        HttpHandler handler = handlers.apply(conn);
        stream.pipeline().addLast(handler.withCodec(translator));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        pipeline = PipelineContext.root(
                this, ctx, PipelineContext.of(underlying).outbound().forStream(ctx));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        pipeline().outbound().writabilityChanged();
        ctx.fireChannelWritabilityChanged();
    }

    /**
     * Resets the stream with the error code of a protocol violation (RFC 9113 5.4.2).
     *
     * <p>Components are not notified, and neither of write failures after a client has disconnected.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof Http2Exception violation) {
            LOG.info(this, "stream reset, HTTP/2 error: peer={} cause={}", this, violation.getMessage());
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(violation.error())).addListener(ChannelFutureListener.CLOSE);
        } else if (cause instanceof IOException) {
            LOG.debug("stream closed: peer={} cause={}", this, cause.toString());
            ctx.close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    private PipelineContext pipeline() {
        return Objects.requireNonNull(pipeline);
    }

    @Override
    public boolean send(Message message) {
        return pipeline().send(message);
    }

    @Override
    public void close() {
        close(CloseReason.NORMAL);
    }

    /** Closes the stream. Its frames are those of the exchange, which has reported the reason. */
    @Override
    public void close(CloseReason reason) {
        reason.mark(this);
        pipeline().outbound().close();
    }

    @Override
    public boolean isOpen() {
        return pipeline().outbound().isOpen() && underlying.isOpen();
    }

    @Override
    public boolean isWritable() {
        return pipeline().outbound().isWritable();
    }

    @Override
    public void onWritable(Runnable task) {
        pipeline().outbound().whenWritable(task);
    }

    @Override
    public Connection underlying() {
        return underlying;
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    @Override
    public String toString() {
        return underlying.toString();
    }
}
