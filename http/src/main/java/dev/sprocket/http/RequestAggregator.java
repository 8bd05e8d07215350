package dev.sprocket.http;

import dev.sprocket.core.InboundBudget;
import dev.sprocket.core.spi.SafeText;
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

/** Puts the requests of a connection together, one after the other, each up to its limits. On the event loop. */
final class RequestAggregator {
    /** What a header costs beside its characters. */
    private static final int HEADER_OVERHEAD = 100;

    private final HttpLimits limits;
    private final String scheme;
    private final Supplier<InboundBudget.Reservation> budget;
    private InboundBudget.@Nullable Reservation holding;
    private @Nullable HttpRequest head;
    /** What the head counts for, while its body is awaited. */
    private long headBytes;

    private ByteBuf body = Unpooled.EMPTY_BUFFER;

    /**
     * One for a connection.
     *
     * @param scheme what it speaks, {@code http} or {@code https}
     * @param budget opens an account for a body
     */
    RequestAggregator(HttpLimits limits, String scheme, Supplier<InboundBudget.Reservation> budget) {
        this.budget = budget;
        this.limits = limits;
        this.scheme = scheme;
    }

    /** Whether a request has begun whose end is awaited. */
    boolean isInProgress() {
        return head != null;
    }

    /** A head has come; returns what refuses it, or null. */
    @Nullable
    HttpResponse begin(HttpRequest begun, HttpCodec wire) {
        head = begun;
        headBytes = 0;
        HttpResponse refusal = RequestValidator.rejection(begun, wire, limits);
        if (refusal == null && wire.hasBody(begun)) {
            headBytes = size(begun);
            holding = budget.get();
            if (!holding.resize(headBytes)) {
                return overBudgetResponse();
            }
        }
        return refusal;
    }

    private static long size(HttpRequest head) {
        long bytes = head.uri().length();
        for (Map.Entry<String, String> header : head.headers()) {
            bytes += header.getKey().length() + header.getValue().length() + HEADER_OVERHEAD;
        }
        return bytes;
    }

    /** A part of the body has come, which stays the caller's; returns what refuses it, or null. */
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
            if (holding == null) {
                holding = budget.get();
            }
            if (!holding.resize(headBytes + size)) {
                return overBudgetResponse();
            }
        }
        return null;
    }

    /** The answer to a body that is ended because all together are too much. */
    static HttpResponse overBudgetResponse() {
        return HttpResponse.error(503, "too much unfinished input in sum (raise inbound-memory-limit)")
                .header("Retry-After", "5");
    }

    /**
     * A request that is whole.
     *
     * @param holding what its body has of the budget, until it is released; null if it has none
     */
    record AggregatedRequest(
            dev.sprocket.http.HttpRequest request, ByteBuf body, InboundBudget.@Nullable Reservation holding) {}

    /** The request, whose body is the caller's to release; null if none is under way. */
    @Nullable
    AggregatedRequest complete() {
        HttpRequest ended = head;
        if (ended == null) {
            return null;
        }
        ByteBuf content = body;
        head = null;
        body = Unpooled.EMPTY_BUFFER;
        InboundBudget.Reservation held = holding;
        holding = null;
        if (held != null) {
            held.pin();
        }
        return new AggregatedRequest(dev.sprocket.http.HttpRequest.of(ended, content, scheme), content, held);
    }

    /** The request as far as it is known, without its body; null if it is not well-formed. */
    dev.sprocket.http.@Nullable HttpRequest partialRequest() {
        if (head == null || head.decoderResult().isFailure()) {
            return null;
        }
        try {
            return dev.sprocket.http.HttpRequest.of(head, Unpooled.EMPTY_BUFFER, scheme);
        } catch (RuntimeException unreadable) {
            return null;
        }
    }

    /** The request that is under way, whose body arrives later. */
    dev.sprocket.http.HttpRequest requestWithoutBody() {
        return dev.sprocket.http.HttpRequest.ofHead(Objects.requireNonNull(head), scheme);
    }

    /** Gives back what is unfinished. */
    void discard() {
        body.release();
        body = Unpooled.EMPTY_BUFFER;
        if (holding != null) {
            holding.resize(0);
            holding = null;
        }
    }

    /** Whether what is under way asks for a head alone. */
    boolean isHeadMethod() {
        return head != null && head.method().equals(HttpMethod.HEAD);
    }

    /** Method and target, as logs show them. */
    @Override
    public String toString() {
        return head == null || head.decoderResult().isFailure()
                ? "request"
                : head.method() + " " + SafeText.excerpt(head.uri());
    }
}
