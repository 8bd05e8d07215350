package dev.sprocket.http;

import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.http.internal.h1.ChunkedEncoding;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Body of a response that is sent in parts, from a component or file.
 *
 * <p>Confined to the connection's event loop.
 */
final class ResponseBody {
    private static final PeerLog LOG = PeerLog.of(HttpServer.class);

    private final HttpExchange exchange;
    private final HttpHandler handler;
    private final boolean chunked;
    private final @Nullable FileBody file;
    /** Bytes that must still be sent; negative if the length is unknown. */
    private long remaining;

    private ResponseBody(
            HttpExchange exchange, HttpHandler handler, boolean chunked, long length, @Nullable FileBody file) {
        this.exchange = exchange;
        this.handler = handler;
        this.chunked = chunked;
        this.remaining = length;
        this.file = file;
    }

    /**
     * Writes the head of a response whose body a component sends.
     *
     * @param length in bytes; negative if unknown
     */
    static ResponseBody stream(
            HttpExchange exchange, HttpHandler handler, HttpResponse head, boolean chunked, long length) {
        handler.writer().writeHead(exchange, HttpRequest.of(exchange), head, chunked, exchange.closesAfterResponse());
        return new ResponseBody(exchange, handler, chunked, length, null);
    }

    /** Writes the head of a response with a file. Null if the file cannot be opened. */
    static @Nullable ResponseBody file(HttpExchange exchange, HttpHandler handler, HttpResponse response) {
        FileBody.Part part = response.file();
        if (part == null) {
            return null;
        }
        FileBody body;
        try {
            body = new FileBody(part);
        } catch (IOException e) {
            LOG.warn(
                    exchange,
                    "cannot open file, request rejected: peer={} request=\"{}\" cause={}",
                    exchange,
                    HttpRequest.of(exchange),
                    e.toString());
            return null;
        }
        handler.writer().writeHead(exchange, HttpRequest.of(exchange), response, false, exchange.closesAfterResponse());
        return new ResponseBody(exchange, handler, false, part.length(), body);
    }

    boolean isChunked() {
        return chunked;
    }

    boolean isFile() {
        return file != null;
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
                        exchange,
                        "connection closed, body longer than its Content-Length: peer={} request=\"{}\" excessBytes={}"
                                + " (bug of the component that sent it)",
                        exchange,
                        HttpRequest.of(exchange),
                        size - remaining);
                bytes.release();
                exchange.abort();
                return false;
            }
            remaining -= size;
        }
        handler.timeouts().progress();
        return handler.writeBody(
                chunked ? ChunkedEncoding.of(bytes, handler.context().alloc()) : bytes);
    }

    /** Ends the body, because the component has sent all of it. */
    void end() {
        if (remaining > 0) {
            LOG.warn(
                    exchange,
                    "connection closed, body shorter than its Content-Length: peer={} request=\"{}\" missingBytes={}"
                            + " (bug of the component that sent it)",
                    exchange,
                    HttpRequest.of(exchange),
                    remaining);
            exchange.abort();
        } else {
            handler.writer().writeEnd();
            exchange.responseCompleted();
        }
    }

    /** Sends as much of a file as the socket accepts. */
    void pump() {
        if (file == null || exchange.isOver()) {
            return;
        }
        try {
            while (!file.isDone() && handler.isWritable()) {
                if (!write(file.next(handler.context().alloc()))) {
                    return;
                }
            }
        } catch (IOException e) {
            LOG.warn(
                    exchange,
                    "connection closed, cannot read file: peer={} request=\"{}\" cause={}",
                    exchange,
                    HttpRequest.of(exchange),
                    e.toString());
            exchange.abort();
            return;
        }
        if (file.isDone()) {
            end();
        }
    }

    /** Closes the file, if there is one. */
    void release() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.debug("cannot close file: peer={} cause={}", exchange, e.toString());
            }
        }
    }
}
