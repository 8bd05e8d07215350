package dev.sprocket.http;

import dev.sprocket.core.spi.PeerLog;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The body of an answer that follows its head part by part: by a component, or out of a file. On the event loop. */
final class ResponseBody {
    private static final PeerLog LOG = PeerLog.of(HttpServer.class);

    private final HttpExchange exchange;
    private final HttpHandler handler;
    private final boolean chunked;
    private final @Nullable FileBody file;
    /** How many bytes are still owed; negative if that is open. */
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
     * Writes the head of a body that a component sends.
     *
     * @param length negative if it is open
     */
    static ResponseBody stream(
            HttpExchange exchange, HttpHandler handler, HttpResponse head, boolean chunked, long length) {
        handler.writer().writeHead(exchange, HttpRequest.of(exchange), head, chunked, exchange.closesAfterResponse());
        return new ResponseBody(exchange, handler, chunked, length, null);
    }

    /** Writes the head of a file; null if that cannot be opened. */
    static @Nullable ResponseBody file(HttpExchange exchange, HttpHandler handler, HttpResponse response) {
        FileBody.Part part = response.file();
        if (part == null) {
            return null;
        }
        FileBody body;
        try {
            body = new FileBody(part);
        } catch (IOException e) {
            LOG.warn(exchange, "{} {}: {}", exchange, HttpRequest.of(exchange), e.toString());
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

    /** Sends a part, which it takes over. */
    boolean write(ByteBuf bytes) {
        int size = bytes.readableBytes();
        if (size == 0) {
            // an empty chunk would be the last
            bytes.release();
            return true;
        }
        if (remaining >= 0) {
            if (size > remaining) {
                LOG.warn(
                        exchange,
                        "{} {}: closed, {} bytes more than its Content-Length",
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

    /** The component has sent all. */
    void end() {
        if (remaining > 0) {
            LOG.warn(
                    exchange,
                    "{} {}: closed, {} bytes less than its Content-Length",
                    exchange,
                    HttpRequest.of(exchange),
                    remaining);
            exchange.abort();
        } else {
            handler.writer().writeEnd();
            exchange.responseCompleted();
        }
    }

    /** Sends as much of a file as the socket takes. */
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
            LOG.warn(exchange, "{} {}: closed, {}", exchange, HttpRequest.of(exchange), e.toString());
            exchange.abort();
            return;
        }
        if (file.isDone()) {
            end();
        }
    }

    /** Gives the file back. */
    void release() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.debug("{}: {}", exchange, e.toString());
            }
        }
    }
}
