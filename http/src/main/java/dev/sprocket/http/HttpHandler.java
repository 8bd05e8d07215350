package dev.sprocket.http;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.Ending;
import dev.sprocket.core.spi.Segment;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The level of {@link HttpServer}: puts requests together, one exchange at a time, and writes the answers. */
final class HttpHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private final MessageComponent<? super HttpConnection, ? super Message> app;
    private final Connection below;
    private final RequestDecoder decoder;
    private final HttpLimits limits;
    private final Segment segment;
    private @Nullable ChannelHandlerContext ctx;
    private io.netty.handler.codec.http.@Nullable HttpRequest head;
    private ByteBuf body = Unpooled.EMPTY_BUFFER;
    private @Nullable HttpExchange exchange;
    private boolean refused;
    private Ending.@Nullable Cause ending;

    HttpHandler(
            MessageComponent<? super HttpConnection, ? super Message> app,
            Connection below,
            RequestDecoder decoder,
            HttpLimits limits) {
        this.app = app;
        this.below = below;
        this.decoder = decoder;
        this.limits = limits;
        this.segment = Segment.of(below);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext own, Object read) throws Exception {
        try {
            if (exchange != null && read instanceof ByteBuf bytes) {
                exchange.deliver(app, Message.binary(bytes));
            } else if (!refused) {
                if (read instanceof io.netty.handler.codec.http.HttpRequest request) {
                    begin(request);
                }
                if (read instanceof HttpContent part && !refused) {
                    add(part);
                }
            }
        } finally {
            ReferenceCountUtil.release(read);
        }
    }

    private void begin(io.netty.handler.codec.http.HttpRequest request) {
        head = request;
        if (request.decoderResult().isFailure()) {
            refuse(failure(request.decoderResult().cause()));
        } else if (request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && request.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
            refuse(HttpResponse.error(
                    400, "Host: " + request.headers().getAll(HttpHeaderNames.HOST) + " (expected: one, RFC 9112 3.2)"));
        } else if (!isFramingKnown(request)) {
            refuse(HttpResponse.error(
                    501,
                    "Transfer-Encoding: " + request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING)
                            + " (expected: chunked, RFC 9112 6.1)"));
        } else if (request.headers().size() > limits.headers()) {
            refuse(HttpResponse.error(
                    431, request.headers().size() + " headers (expected: <= " + limits.headers() + ")"));
        } else if (HttpUtil.getContentLength(request, 0L) > limits.body()) {
            refuse(tooLarge(HttpUtil.getContentLength(request, 0L)));
        } else if (HttpUtil.is100ContinueExpected(request)) {
            segment.outbound()
                    .write(
                            Objects.requireNonNull(ctx),
                            new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    private static boolean isFramingKnown(io.netty.handler.codec.http.HttpRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return codings.isEmpty()
                || (codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0)));
    }

    private static HttpResponse failure(Throwable cause) {
        boolean tooLong = cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException;
        return HttpResponse.error(tooLong ? 431 : 400, String.valueOf(cause.getMessage()));
    }

    private HttpResponse tooLarge(long bytes) {
        return HttpResponse.error(413, "body of " + bytes + " bytes or more (expected: <= " + limits.body() + ")");
    }

    private void add(HttpContent part) {
        if (part.decoderResult().isFailure()) {
            refuse(failure(part.decoderResult().cause()));
            return;
        }
        ByteBuf bytes = part.content();
        if ((long) body.readableBytes() + bytes.readableBytes() > limits.body()) {
            refuse(tooLarge((long) body.readableBytes() + bytes.readableBytes()));
            return;
        }
        if (bytes.isReadable()) {
            if (body.isReadable()) {
                body.writeBytes(bytes);
            } else if (part instanceof LastHttpContent) {
                body = bytes.retain();
            } else {
                body = Objects.requireNonNull(ctx).alloc().buffer(bytes.readableBytes());
                body.writeBytes(bytes);
            }
        }
        if (part instanceof LastHttpContent && head != null) {
            HttpExchange opened = new HttpExchange(this, app, below, HttpRequest.of(head, body), body);
            exchange = opened;
            head = null;
            body = Unpooled.EMPTY_BUFFER;
            opened.open();
        }
    }

    /** Answers a request that never became a connection. */
    private void refuse(HttpResponse response) {
        refused = true;
        dropBody();
        boolean headOnly = head != null && head.method().equals(HttpMethod.HEAD);
        write(head == null ? "request" : head.method() + " " + head.uri(), response, headOnly, true);
        segment.outbound().closeLingering();
    }

    /** Writes an answer; on the event loop. */
    void write(String request, HttpResponse response, boolean headOnly, boolean close) {
        if (response.status() >= 400) {
            LOG.info("{} {}: {} {}", below, request, response.status(), response.reason());
        }
        HttpResponseStatus status = HttpResponseStatus.valueOf(response.status());
        Message content = response.body();
        boolean bodiless = status.code() < 200 || status.code() == 204 || status.code() == 304;
        var wire = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                status,
                headOnly || bodiless ? Unpooled.EMPTY_BUFFER : content.content().retainedDuplicate());
        for (Map.Entry<String, String> header : response.headers()) {
            wire.headers().add(header.getKey(), header.getValue());
        }
        if (!bodiless) {
            wire.headers().set(HttpHeaderNames.CONTENT_LENGTH, content.size());
        }
        if (status.code() >= 200) {
            wire.headers().set(HttpHeaderNames.DATE, HttpDate.now());
        }
        if (close) {
            wire.headers().set(HttpHeaderNames.CONNECTION, "close");
        }
        segment.outbound().write(Objects.requireNonNull(ctx), wire);
    }

    /** The exchange was answered: on to the next request, or the end. On the event loop, outside callbacks. */
    void finished(boolean close) {
        exchange = null;
        if (close || isLast()) {
            refused = true;
            segment.outbound().closeLingering();
        } else {
            try {
                boolean caughtUp = decoder.resume(Objects.requireNonNull(
                        Objects.requireNonNull(ctx).pipeline().context(decoder)));
                if (caughtUp && exchange == null && ending != null) {
                    segment.outbound().closeLingering();
                }
            } catch (Exception e) {
                exceptionCaught(Objects.requireNonNull(ctx), e);
            }
        }
    }

    /** Whether no request is taken after this one. */
    boolean isLast() {
        return ending == Ending.Cause.SERVER_STOPS;
    }

    /** From the next answer on bytes pass as they are. On the event loop. */
    void leaveHttp() {
        ChannelHandlerContext own = Objects.requireNonNull(ctx);
        own.pipeline().remove(HttpResponseEncoder.class);
    }

    /** Hands over what came with the request that was upgraded, and all that follows. On the event loop, outside callbacks. */
    void passOn() {
        ChannelHandlerContext own = Objects.requireNonNull(ctx);
        ChannelHandlerContext decoding = own.pipeline().context(decoder);
        if (decoding != null) {
            decoder.release(decoding);
            own.pipeline().remove(decoder);
        }
        if (ending != null) {
            own.pipeline().fireUserEventTriggered(new Ending(ending));
        }
    }

    ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }

    Segment segment() {
        return segment;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext own, Throwable cause) {
        if (exchange != null) {
            exchange.fail(cause);
        } else {
            LOG.warn("{}: closed", below, cause);
            below.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext own) {
        dropBody();
        if (exchange != null) {
            exchange.end();
        }
    }

    private void dropBody() {
        body.release();
        body = Unpooled.EMPTY_BUFFER;
    }

    /** The end is near: an upgraded connection is the next protocol's business, an open request may still be answered. */
    @Override
    public void userEventTriggered(ChannelHandlerContext own, Object event) {
        if (event instanceof Ending end && exchange != null && !exchange.isUpgraded()) {
            ending = isLast() ? ending : end.cause();
            end.take();
        } else {
            own.fireUserEventTriggered(event);
        }
    }
}
