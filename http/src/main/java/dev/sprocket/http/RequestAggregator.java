package dev.sprocket.http;

import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.http.internal.exchange.HttpCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates the requests of a connection one after the other, within their size limits.
 *
 * <p>Confined to the connection's event loop.
 */
final class RequestAggregator {
    /** Memory per header in addition to its characters, in bytes. */
    private static final int HEADER_OVERHEAD = 100;

    private final HttpLimits limits;
    private final String scheme;
    private final Supplier<InboundBudget.Reservation> budget;
    private InboundBudget.@Nullable Reservation reservation;
    private @Nullable HttpRequest head;
    /** Bytes reserved for the head while the body is incomplete. */
    private long headBytes;

    private ByteBuf body = Unpooled.EMPTY_BUFFER;

    /**
     * Creates an aggregator for a connection.
     *
     * @param scheme {@code http} or {@code https}
     * @param budget creates the reservation for a body
     */
    RequestAggregator(HttpLimits limits, String scheme, Supplier<InboundBudget.Reservation> budget) {
        this.budget = budget;
        this.limits = limits;
        this.scheme = scheme;
    }

    /** Reports whether a request has begun and is incomplete. */
    boolean isInProgress() {
        return head != null;
    }

    /** Begins a request; returns the response that rejects it, or null. */
    @Nullable
    HttpResponse begin(HttpRequest newHead, HttpCodec codec) {
        head = newHead;
        headBytes = 0;
        HttpResponse rejection = RequestValidator.rejection(newHead, codec, limits);
        if (rejection == null && codec.hasBody(newHead)) {
            headBytes = size(newHead);
            reservation = budget.get();
            if (!reservation.resize(headBytes)) {
                return overBudgetResponse();
            }
        }
        return rejection;
    }

    private static long size(HttpRequest head) {
        long bytes = head.uri().length();
        for (Map.Entry<String, String> header : head.headers()) {
            bytes += header.getKey().length() + header.getValue().length() + HEADER_OVERHEAD;
        }
        return bytes;
    }

    /** Adds a part of the body, which the caller still owns. Returns the response that rejects it, or null. */
    @Nullable
    HttpResponse add(HttpContent part, ByteBufAllocator alloc) {
        if (part.decoderResult().isFailure()) {
            return RequestValidator.malformed(part.decoderResult().cause());
        }
        ByteBuf bytes = part.content();
        long size = (long) body.readableBytes() + bytes.readableBytes();
        if (size > limits.body()) {
            return RequestValidator.tooLarge(size, limits);
        }
        if (bytes.isReadable()) {
            if (body.isReadable()) {
                body.writeBytes(bytes);
            } else if (part instanceof LastHttpContent) {
                body = bytes.retain();
            } else {
                body = alloc.buffer(bytes.readableBytes());
                body.writeBytes(bytes);
            }
            if (reservation == null) {
                reservation = budget.get();
            }
            if (!reservation.resize(headBytes + size)) {
                return overBudgetResponse();
            }
        }
        return null;
    }

    /** Returns the response to a request that is rejected because the inbound budget is exhausted. */
    static HttpResponse overBudgetResponse() {
        return HttpResponse.error(503, "server is out of memory for unfinished requests (retry later)")
                .header("Retry-After", "5");
    }

    /**
     * Complete request.
     *
     * @param reservation inbound budget reserved for the body, until it is released; null if there is none
     */
    record AggregatedRequest(
            dev.sprocket.http.HttpRequest request, ByteBuf body, InboundBudget.@Nullable Reservation reservation) {}

    /** Completes the request; the caller must release its body. Null if no request is in progress. */
    @Nullable
    AggregatedRequest complete() {
        HttpRequest ended = head;
        if (ended == null) {
            return null;
        }
        ByteBuf content = body;
        head = null;
        body = Unpooled.EMPTY_BUFFER;
        InboundBudget.Reservation pinned = reservation;
        reservation = null;
        if (pinned != null) {
            pinned.pin();
        }
        return new AggregatedRequest(dev.sprocket.http.HttpRequest.of(ended, content, scheme), content, pinned);
    }

    /** Returns the current request without its body, for its rejection. Null if it is malformed. */
    dev.sprocket.http.@Nullable HttpRequest requestForRejection() {
        if (head == null || head.decoderResult().isFailure()) {
            return null;
        }
        try {
            return dev.sprocket.http.HttpRequest.of(head, Unpooled.EMPTY_BUFFER, scheme);
        } catch (RuntimeException unreadable) {
            return null;
        }
    }

    /** Returns the current request, whose body arrives later. */
    dev.sprocket.http.HttpRequest requestWithPendingBody() {
        return dev.sprocket.http.HttpRequest.ofHead(Objects.requireNonNull(head), scheme);
    }

    /** Releases an incomplete request. */
    void discard() {
        body.release();
        body = Unpooled.EMPTY_BUFFER;
        if (reservation != null) {
            reservation.resize(0);
            reservation = null;
        }
    }

    /** Reports whether the current request uses the HEAD method. */
    boolean isHeadMethod() {
        return head != null && head.method().equals(HttpMethod.HEAD);
    }

    /** Returns method and path, for logs. */
    @Override
    public String toString() {
        return head == null || head.decoderResult().isFailure()
                ? "unreadable"
                : head.method() + " " + RequestValidator.withoutQuery(head.uri());
    }
}
