package dev.sprocket.http.internal.h2;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.http.internal.exchange.HttpCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Translates between the frames of a stream and the HTTP objects of {@code HttpHandler}.
 *
 * <p>An extended CONNECT (RFC 8441 4) is presented as a GET with an {@code Upgrade} header, so that components are
 * independent of the HTTP version. Confined to the connection's event loop.
 */
public final class Http2Translator extends ChannelDuplexHandler implements HttpCodec {
    private static final long LINGER_SECONDS = 1;
    /** Maximum number of bytes queued before an upgrade. Past it, the window of the stream is not refilled. */
    private static final int QUEUE_LIMIT = 64 * 1024;

    private final Http2RequestDecoder requestDecoder;
    private final InboundBudget.Reservation reservation;
    private final ChannelHandler above;
    private final Queue<ByteBuf> queued = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext ctx;
    private int queuedBytes;
    private boolean readsPaused;
    private boolean tunnel;
    private boolean forwarding;
    private boolean inputEnded;
    private boolean closeRequested;
    private boolean outputEnded;

    public Http2Translator(int headLimit, InboundBudget budget, ChannelHandler above) {
        this.above = above;
        this.reservation = budget.newReservation(() -> context().executor().execute(this::evicted));
        this.requestDecoder = new Http2RequestDecoder(headLimit);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) throws Exception {
        if (frame instanceof Http2HeadersFrame headers) {
            readHead(context, headers);
        } else if (frame instanceof Http2DataFrame data) {
            readData(context, data);
        } else {
            boolean reset = frame instanceof Http2ResetFrame;
            ReferenceCountUtil.release(frame);
            if (reset) {
                context.close();
            }
        }
    }

    private void readHead(ChannelHandlerContext context, Http2HeadersFrame frame) throws Http2Exception {
        Http2Headers headers = frame.headers();
        Http2RequestDecoder.validate(frame.stream().id(), headers);
        if (headers.method() == null) {
            readTrailers(context);
            return;
        }
        inputEnded = frame.isEndStream();
        HttpRequest request = requestDecoder.decode(frame.stream().id(), headers);
        tunnel = Http2RequestDecoder.isTunnel(request);
        context.fireChannelRead(request);
        if (tunnel || frame.isEndStream()) {
            context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    /** Ends a request, or a tunnel. The trailer fields are ignored. */
    private void readTrailers(ChannelHandlerContext context) {
        inputEnded = true;
        if (!tunnel) {
            context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        } else if (forwarding) {
            forwardQueued();
        }
    }

    private void readData(ChannelHandlerContext context, Http2DataFrame data) {
        ByteBuf bytes = data.content();
        inputEnded |= data.isEndStream();
        if (!tunnel) {
            context.fireChannelRead(
                    data.isEndStream() ? new DefaultLastHttpContent(bytes) : new DefaultHttpContent(bytes));
            return;
        }
        queued.add(bytes);
        if (forwarding) {
            forwardQueued();
            return;
        }
        queuedBytes += bytes.readableBytes();
        reservation.resize(queuedBytes);
        if (queuedBytes > QUEUE_LIMIT && !readsPaused) {
            readsPaused = true;
            context.channel().config().setAutoRead(false);
        }
    }

    /**
     * Resets a tunnel that waits for its upgrade.
     *
     * <p>Called when the inbound budget evicts this stream (highest product of bytes and seconds held).
     */
    private void evicted() {
        if (!forwarding) {
            handlerRemoved(context());
            context()
                    .writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.ENHANCE_YOUR_CALM))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Forwards queued bytes. The end of a tunnel is the end of its socket (RFC 8441 5). */
    private void forwardQueued() {
        for (ByteBuf bytes = queued.poll(); bytes != null; bytes = queued.poll()) {
            context().fireChannelRead(bytes);
        }
        if (inputEnded && !closeRequested) {
            closeRequested = true;
            CloseRequest request = new CloseRequest(CloseReason.END_OF_STREAM);
            context().fireUserEventTriggered(request);
            if (!request.isClaimed()) {
                context().channel().close();
            }
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            writeData(context, bytes, false, promise);
        } else if (message instanceof FullHttpResponse response) {
            boolean informational =
                    response.status().code() < 200 && response.status().code() != 101;
            boolean end = !informational && response.status().code() != 101;
            ByteBuf content = response.content();
            if (!content.isReadable()) {
                writeHead(context, response, end, promise);
                content.release();
            } else {
                writeHead(context, response, false, context.voidPromise());
                writeData(context, content, end, promise);
            }
        } else if (message instanceof HttpResponse response) {
            writeHead(context, response, false, promise);
        } else if (message instanceof HttpContent content) {
            writeData(context, content.content(), content instanceof LastHttpContent, promise);
        } else {
            context.write(message, promise);
        }
    }

    private void writeHead(ChannelHandlerContext context, HttpResponse response, boolean end, ChannelPromise promise) {
        boolean accepted = response.status().code() == 101;
        Http2Headers headers = HttpConversionUtil.toHttp2Headers(response, false);
        if (accepted) {
            // an extended CONNECT is accepted with 200, without the key of the handshake (RFC 8441 5)
            headers.status("200").remove("sec-websocket-accept");
        }
        outputEnded |= end;
        context.write(new DefaultHttp2HeadersFrame(headers, end), promise);
    }

    private void writeData(ChannelHandlerContext context, ByteBuf bytes, boolean end, ChannelPromise promise) {
        if (outputEnded || (!bytes.isReadable() && !end)) {
            bytes.release();
            promise.trySuccess();
            return;
        }
        outputEnded |= end;
        context.write(new DefaultHttp2DataFrame(bytes, end), promise);
    }

    /** Ends a response or tunnel that has not ended properly. Netty resets the rest. */
    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (forwarding && !outputEnded && context.channel().isActive()) {
            outputEnded = true;
            context.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true))
                    .addListener(sent -> context.close(promise));
        } else if (outputEnded && !inputEnded && context.channel().isActive()) {
            // response before the end of the request: leave time to read it, then reject the rest (RFC 9113 8.1)
            var timer = context.channel()
                    .eventLoop()
                    .schedule(() -> reset(context, promise), LINGER_SECONDS, TimeUnit.SECONDS);
            context.channel().closeFuture().addListener(closed -> timer.cancel(false));
        } else {
            context.close(promise);
        }
    }

    private static void reset(ChannelHandlerContext context, ChannelPromise promise) {
        context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR))
                .addListener(sent -> context.close(promise));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        queued.forEach(ByteBuf::release);
        queued.clear();
        reservation.resize(0);
    }

    @Override
    public boolean isInHead() {
        return false;
    }

    @Override
    public boolean hasBody(HttpRequest head) {
        return !tunnel && !inputEnded;
    }

    /** Returns true: there is no next request, because it has its own stream. */
    @Override
    public boolean resume() {
        return true;
    }

    @Override
    public void stopEncoding() {}

    @Override
    public void forwardRemaining() {
        forwarding = true;
        reservation.resize(0);
        forwardQueued();
        if (readsPaused) {
            readsPaused = false;
            context().channel().config().setAutoRead(true);
        }
    }

    @Override
    public ChannelHandlerContext bodyContext() {
        return Objects.requireNonNull(context().pipeline().context(above));
    }

    @Override
    public boolean supports(HttpVersion version) {
        return version.equals(Http2RequestDecoder.VERSION);
    }

    @Override
    public boolean usesChunkedEncoding() {
        return false;
    }
}
