package dev.sprocket.http;

import dev.sprocket.core.InboundBudget;
import dev.sprocket.core.spi.CloseRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
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
 * Between the frames of a stream and the requests and answers of {@link HttpHandler}. An extended CONNECT (RFC 8441 4) looks
 * like a GET that asks for an upgrade, so the components above need not know which HTTP it was.
 */
final class Http2Translator extends ChannelDuplexHandler implements HttpCodec {
    private static final long LINGER_SECONDS = 1;
    /** How many bytes may wait for an upgrade, before the window of the stream is no longer given back. */
    private static final int QUEUE_LIMIT = 64 * 1024;

    private final Http2RequestDecoder requestDecoder;
    private final InboundBudget.Reservation holding;
    private final Queue<ByteBuf> queued = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext ctx;
    private int queuedBytes;
    private boolean readsPaused;
    private boolean tunnel;
    private boolean forwarding;
    private boolean inputEnded;
    private boolean closeRequested;
    private boolean outputEnded;

    Http2Translator(HttpLimits limits, InboundBudget budget) {
        this.holding = budget.newReservation(() -> context().executor().execute(this::evicted));
        this.requestDecoder = new Http2RequestDecoder(limits);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext own, Object frame) throws Exception {
        if (frame instanceof Http2HeadersFrame headers) {
            readHead(own, headers);
        } else if (frame instanceof Http2DataFrame data) {
            readData(own, data);
        } else {
            boolean reset = frame instanceof Http2ResetFrame;
            ReferenceCountUtil.release(frame);
            if (reset) {
                own.close();
            }
        }
    }

    private void readHead(ChannelHandlerContext own, Http2HeadersFrame frame) throws Http2Exception {
        Http2Headers headers = frame.headers();
        Http2RequestDecoder.validate(frame.stream().id(), headers);
        if (headers.method() == null) {
            readTrailers(own);
            return;
        }
        inputEnded = frame.isEndStream();
        HttpRequest request = requestDecoder.decode(frame.stream().id(), headers);
        tunnel = Http2RequestDecoder.isTunnel(request);
        own.fireChannelRead(request);
        if (tunnel || frame.isEndStream()) {
            own.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    /** Nobody here asks for them; they end a request, or a tunnel. */
    private void readTrailers(ChannelHandlerContext own) {
        inputEnded = true;
        if (!tunnel) {
            own.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        } else if (forwarding) {
            forwardQueued();
        }
    }

    private void readData(ChannelHandlerContext own, Http2DataFrame data) {
        ByteBuf bytes = data.content();
        inputEnded |= data.isEndStream();
        if (!tunnel) {
            own.fireChannelRead(data.isEndStream() ? new DefaultLastHttpContent(bytes) : new DefaultHttpContent(bytes));
            return;
        }
        queued.add(bytes);
        if (forwarding) {
            forwardQueued();
            return;
        }
        queuedBytes += bytes.readableBytes();
        holding.resize(queuedBytes);
        if (queuedBytes > QUEUE_LIMIT && !readsPaused) {
            readsPaused = true;
            own.channel().config().setAutoRead(false);
        }
    }

    /** What all connections have unfinished is too much, and this tunnel, which waits for its upgrade, has most of it. */
    private void evicted() {
        if (!forwarding) {
            handlerRemoved(context());
            context()
                    .writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.ENHANCE_YOUR_CALM))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** The end of a tunnel is the end of its socket (RFC 8441 5). */
    private void forwardQueued() {
        for (ByteBuf bytes = queued.poll(); bytes != null; bytes = queued.poll()) {
            context().fireChannelRead(bytes);
        }
        if (inputEnded && !closeRequested) {
            closeRequested = true;
            CloseRequest ending = new CloseRequest(CloseRequest.Cause.END_OF_STREAM);
            context().fireUserEventTriggered(ending);
            if (!ending.isClaimed()) {
                context().channel().close();
            }
        }
    }

    @Override
    public void write(ChannelHandlerContext own, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            writeData(own, bytes, false, promise);
        } else if (message instanceof FullHttpResponse response) {
            boolean informational =
                    response.status().code() < 200 && response.status().code() != 101;
            boolean end = !informational && response.status().code() != 101;
            ByteBuf content = response.content();
            if (!content.isReadable()) {
                writeHead(own, response, end, promise);
                content.release();
            } else {
                writeHead(own, response, false, own.voidPromise());
                writeData(own, content, end, promise);
            }
        } else if (message instanceof HttpResponse response) {
            writeHead(own, response, false, promise);
        } else if (message instanceof HttpContent content) {
            writeData(own, content.content(), content instanceof LastHttpContent, promise);
        } else {
            own.write(message, promise);
        }
    }

    private void writeHead(ChannelHandlerContext own, HttpResponse response, boolean end, ChannelPromise promise) {
        boolean accepted = response.status().code() == 101;
        Http2Headers headers = HttpConversionUtil.toHttp2Headers(response, false);
        if (accepted) {
            // an extended CONNECT is accepted with 200, and the handshake's key has no part in it (RFC 8441 5)
            headers.status("200").remove("sec-websocket-accept");
        }
        outputEnded |= end;
        own.write(new DefaultHttp2HeadersFrame(headers, end), promise);
    }

    private void writeData(ChannelHandlerContext own, ByteBuf bytes, boolean end, ChannelPromise promise) {
        if (outputEnded || (!bytes.isReadable() && !end)) {
            bytes.release();
            promise.trySuccess();
            return;
        }
        outputEnded |= end;
        own.write(new DefaultHttp2DataFrame(bytes, end), promise);
    }

    /** An end in good order where the answer, or the tunnel, has not ended yet; Netty resets what is left. */
    @Override
    public void close(ChannelHandlerContext own, ChannelPromise promise) {
        if (forwarding && !outputEnded && own.channel().isActive()) {
            outputEnded = true;
            own.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true))
                    .addListener(sent -> own.close(promise));
        } else if (outputEnded && !inputEnded && own.channel().isActive()) {
            // answered before the request was over: time to read the answer, then the rest is not wanted (RFC 9113 8.1)
            var timer = own.channel().eventLoop().schedule(() -> reset(own, promise), LINGER_SECONDS, TimeUnit.SECONDS);
            own.channel().closeFuture().addListener(closed -> timer.cancel(false));
        } else {
            own.close(promise);
        }
    }

    private static void reset(ChannelHandlerContext own, ChannelPromise promise) {
        own.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR)).addListener(sent -> own.close(promise));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext own) {
        queued.forEach(ByteBuf::release);
        queued.clear();
        holding.resize(0);
    }

    @Override
    public boolean isInHead() {
        return false;
    }

    @Override
    public boolean hasBody(HttpRequest head) {
        return !tunnel && !inputEnded;
    }

    /** There is no next request: it has a stream of its own. */
    @Override
    public boolean resume() {
        return true;
    }

    @Override
    public void stopEncoding() {}

    @Override
    public void forwardRemaining() {
        forwarding = true;
        holding.resize(0);
        forwardQueued();
        if (readsPaused) {
            readsPaused = false;
            context().channel().config().setAutoRead(true);
        }
    }

    @Override
    public ChannelHandlerContext bodyContext() {
        return Objects.requireNonNull(context().pipeline().context(Http2Stream.class));
    }

    @Override
    public boolean supports(HttpVersion version) {
        return version.equals(Http2Stream.VERSION);
    }

    @Override
    public boolean usesChunkedEncoding() {
        return false;
    }
}
