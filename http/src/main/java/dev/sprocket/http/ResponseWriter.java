package dev.sprocket.http;

import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.http.internal.syntax.HttpDate;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Map;

/** Writes responses, complete or head only, as HTTP/1.1 objects. Confined to the connection's event loop. */
final class ResponseWriter {
    private static final PeerLog LOG = PeerLog.of(HttpServer.class);

    private final PipelineContext pipeline;
    private final ChannelHandlerContext ctx;

    ResponseWriter(PipelineContext pipeline, ChannelHandlerContext ctx) {
        this.pipeline = pipeline;
        this.ctx = ctx;
    }

    /** Writes a response with its complete body. */
    void writeFull(Object peer, Object request, HttpResponse response, boolean headOnly, boolean close) {
        logError(peer, request, response);
        var message = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                headOnly || response.isBodiless()
                        ? Unpooled.EMPTY_BUFFER
                        : BorrowedMessages.bytes(response.body()).retainedDuplicate());
        copyHeaders(message.headers(), response);
        if (!response.isBodiless()) {
            message.headers()
                    .set(HttpHeaderNames.CONTENT_LENGTH, response.body().size());
        }
        addServerHeaders(message.headers(), response, close);
        pipeline.outbound().write(ctx, message);
    }

    /** Writes the head of a response whose body follows. {@code Content-Length} is taken from the response. */
    void writeHead(Object peer, Object request, HttpResponse response, boolean chunked, boolean close) {
        logError(peer, request, response);
        var message = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()));
        copyHeaders(message.headers(), response);
        if (chunked) {
            message.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        addServerHeaders(message.headers(), response, close);
        pipeline.outbound().write(ctx, message);
    }

    /** Writes the end of a body that followed its head. */
    void writeEnd() {
        pipeline.outbound().write(ctx, LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private static void copyHeaders(HttpHeaders headers, HttpResponse response) {
        for (Map.Entry<String, String> header : response.headers()) {
            headers.add(header.getKey(), header.getValue());
        }
    }

    private static void addServerHeaders(HttpHeaders headers, HttpResponse response, boolean close) {
        if (response.status() >= 200) {
            headers.set(HttpHeaderNames.DATE, HttpDate.now());
        }
        if (response.status() == 101) {
            return;
        }
        if (headers.contains(HttpHeaderNames.UPGRADE)) {
            // Connection must list Upgrade (RFC 9110 7.8)
            headers.set(HttpHeaderNames.CONNECTION, close ? "upgrade, close" : HttpHeaderValues.UPGRADE);
        } else if (close) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    private static void logError(Object peer, Object request, HttpResponse response) {
        if (response.status() >= 400) {
            LOG.cause(response.status())
                    .info(
                            peer,
                            "error response: status={} peer={} request=\"{}\" reason={}",
                            response.status(),
                            peer,
                            request,
                            response.reason());
        }
    }
}
