package dev.sprocket.http;

import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.http.internal.exchange.HttpCodec;
import dev.sprocket.http.internal.h1.ChunkedEncoding;
import dev.sprocket.http.internal.syntax.HttpDate;
import io.netty.buffer.ByteBuf;
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
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writer of one response on the wire.
 *
 * <p>The body is complete, streamed, or read from a file. The writer knows nothing of the exchange: callers read its
 * {@link #state} after each call. Confined to the connection's event loop.
 */
final class ResponseWriter {
    /** State of the response on the wire. */
    enum State {
        /** More of the body, or the response itself, is to be written. */
        OPEN,
        COMPLETE,
        /** The body cannot be continued; the connection must be closed. */
        FAILED
    }

    private static final PeerLog LOG = HttpLog.LOG;

    private final PipelineContext pipeline;
    private final ChannelHandlerContext ctx;
    private final HttpCodec codec;
    private final TimeoutTracker timeouts;
    private final Object peer;
    private final Object request;
    private State state = State.OPEN;
    private boolean chunked;
    private @Nullable FileBody file;
    /** Bytes of the body that must still be sent. If the length is unknown, -1 minus the bytes that were sent. */
    private long remaining;
    /** Status of the response; 0 before it. */
    private short status;

    /**
     * Creates a writer.
     *
     * @param pipeline pipeline of the layer below
     * @param ctx handler from which responses are written
     * @param timeouts timeouts, restarted by each part of a body
     * @param peer the peer, for logs
     * @param request the request, for logs
     */
    ResponseWriter(
            PipelineContext pipeline,
            ChannelHandlerContext ctx,
            HttpCodec codec,
            TimeoutTracker timeouts,
            Object peer,
            Object request) {
        this.pipeline = pipeline;
        this.ctx = ctx;
        this.codec = codec;
        this.timeouts = timeouts;
        this.peer = peer;
        this.request = request;
    }

    State state() {
        return state;
    }

    /** Returns the status; 0 if no response was written. */
    int status() {
        return status;
    }

    /**
     * Returns the number of bytes of the body that were written.
     *
     * @param length length of a streamed body; ignored if it was unknown
     */
    long bodyBytes(long length) {
        if (file != null) {
            return file.sent();
        }
        return remaining < 0 ? -1 - remaining : length - remaining;
    }

    /** Reports whether the body is a file. */
    boolean isFile() {
        return file != null;
    }

    /** Writes a response with its complete body. */
    void writeFull(HttpResponse response, boolean headOnly, boolean close) {
        status = (short) response.status();
        remaining =
                -1L - (headOnly || response.isBodiless() ? 0 : response.body().size());
        logError(response);
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
        state = State.COMPLETE;
        pipeline.outbound().write(ctx, message);
    }

    /** Writes a response whose body is not sent, as to HEAD. */
    void writeBodiless(HttpResponse response, boolean close) {
        writeHead(response, close);
        writeEnd();
    }

    /** Writes a response after which the connection carries another protocol. */
    void writeUpgrade(HttpResponse switchingProtocols) {
        writeFull(switchingProtocols, false, false);
        codec.stopEncoding();
    }

    /**
     * Writes the head of a response whose body a component sends by {@link #write}, until {@link #end}.
     *
     * @param length of the body, in bytes; negative if unknown
     * @param mayChunk whether the client accepts chunks
     */
    void beginStream(HttpResponse head, long length, boolean mayChunk, boolean close) {
        remaining = length;
        chunked = remaining < 0 && mayChunk && codec.usesChunkedEncoding();
        writeHead(head, close);
    }

    /**
     * Writes the head of a response with a file, which is sent by {@link #pump}.
     *
     * @return false if the file cannot be opened; nothing is written then
     */
    boolean beginFile(HttpResponse response, FileBody.Part part, boolean close) {
        try {
            file = new FileBody(part);
        } catch (IOException e) {
            LOG.warn(
                    peer,
                    "cannot open file, request rejected: peer={} request=\"{}\" cause={}",
                    peer,
                    request,
                    e.toString());
            return false;
        }
        remaining = part.length();
        writeHead(response, close);
        return true;
    }

    /** Writes the head of a response whose body follows. {@code Content-Length} is taken from the response. */
    private void writeHead(HttpResponse response, boolean close) {
        status = (short) response.status();
        logError(response);
        var message = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()));
        copyHeaders(message.headers(), response);
        if (chunked) {
            message.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        addServerHeaders(message.headers(), response, close);
        pipeline.outbound().write(ctx, message);
    }

    private void writeEnd() {
        state = State.COMPLETE;
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

    private void logError(HttpResponse response) {
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

    /**
     * Sends a part of the body, and takes ownership of it.
     *
     * @return false if the part was not sent, because the connection is closed or the body exceeds its length
     */
    boolean write(ByteBuf bytes) {
        int size = bytes.readableBytes();
        if (size == 0) {
            // an empty chunk would end the body
            bytes.release();
            return true;
        }
        if (remaining >= 0) {
            if (size > remaining) {
                LOG.warn(
                        peer,
                        "connection closed, body longer than its Content-Length: peer={} request=\"{}\" excessBytes={}"
                                + " (bug of the component that sent it)",
                        peer,
                        request,
                        size - remaining);
                bytes.release();
                state = State.FAILED;
                return false;
            }
        }
        timeouts.progress();
        remaining -= size;
        return pipeline.outbound().write(codec.bodyContext(), chunked ? ChunkedEncoding.of(bytes, ctx.alloc()) : bytes);
    }

    /** Ends the body, because all of it was sent. */
    void end() {
        if (remaining > 0) {
            LOG.warn(
                    peer,
                    "connection closed, body shorter than its Content-Length: peer={} request=\"{}\" missingBytes={}"
                            + " (bug of the component that sent it)",
                    peer,
                    request,
                    remaining);
            state = State.FAILED;
        } else {
            writeEnd();
        }
    }

    /** Sends as much of a file as the socket accepts. No effect for other bodies. */
    void pump() {
        if (file == null || state != State.OPEN) {
            return;
        }
        try {
            while (!file.isDone() && ctx.channel().isWritable()) {
                if (!write(file.next(ctx.alloc()))) {
                    return;
                }
            }
        } catch (IOException e) {
            LOG.warn(
                    peer,
                    "connection closed, cannot read file: peer={} request=\"{}\" cause={}",
                    peer,
                    request,
                    e.toString());
            state = State.FAILED;
            return;
        }
        if (file.isDone()) {
            end();
        }
    }

    /** Attaches a layer that writes its messages to the body, in chunks if necessary. */
    PipelineContext attachStream(
            Connection conn, PipelineContext exchange, LayerContext.Encoder plain, LayerContext.Encoder chunk) {
        return exchange.attach(conn, codec.bodyContext(), chunked ? chunk : plain);
    }

    /** Closes the file, if there is one. */
    void release() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.debug("cannot close file: peer={} cause={}", peer, e.toString());
            }
        }
    }
}
