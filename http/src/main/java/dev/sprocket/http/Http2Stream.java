package dev.sprocket.http;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.Connection;
import dev.sprocket.core.InboundBudget;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.LocalClose;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.core.spi.StackedConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One stream of HTTP/2, which carries one request: what a socket is to HTTP/1.1. Stands between {@link Http2Translator} and
 * {@link HttpHandler} in the stream's pipeline.
 */
final class Http2Stream extends ChannelInboundHandlerAdapter implements StackedConnection {
    static final HttpVersion VERSION = new HttpVersion("HTTP", 2, 0, true);

    private static final PeerLog LOG = PeerLog.of(HttpServer.class);

    private final Connection underlying;
    private final Attributes attributes;
    private @Nullable PipelineContext pipeline;

    private Http2Stream(Connection below) {
        this.underlying = below;
        this.attributes = new Attributes(below.attributes());
    }

    /** Puts the handlers of a request into the pipeline of a new stream. */
    static void open(Channel stream, Connection below, Function<Connection, HttpHandler> handlers, HttpLimits limits) {
        Http2Translator translator = new Http2Translator(limits, InboundBudget.of(below));
        Http2Stream conn = new Http2Stream(below);
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
     * A client that breaks a rule on its stream is told which kind (RFC 9113 5.4.2); no component hears of it, nor of what a client
     * that has left did not read.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof Http2Exception broken) {
            LOG.info(this, "{} stream reset: HTTP/2: {}", this, broken.getMessage());
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(broken.error())).addListener(ChannelFutureListener.CLOSE);
        } else if (cause instanceof IOException) {
            LOG.debug("{}: {}", this, cause.toString());
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
        LocalClose.mark(this);
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
