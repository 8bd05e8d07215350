package dev.sprocket.http;

import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.spi.BorrowedMessages;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Buffer of a request's body, with its reservation and the components that wait for it.
 *
 * <p>Confined to the connection's event loop, except {@link #isComplete}.
 */
final class RequestContent {
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
    private InboundBudget.@Nullable Reservation reservation;
    private volatile boolean complete;
    /** Completed when the body is complete; null if no component waits for it. */
    private @Nullable CompletableFuture<Optional<HttpResponse>> future;

    /** Reports whether the body has arrived, or the request has none. */
    boolean isComplete() {
        return complete;
    }

    /** Reports whether a component waits for the body. */
    boolean isRequested() {
        return future != null;
    }

    /** Waits for the body. The stage completes with an empty value, on the event loop. */
    CompletionStage<Optional<HttpResponse>> await() {
        if (complete) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        CompletableFuture<Optional<HttpResponse>> awaited = new CompletableFuture<>();
        future = awaited;
        return awaited;
    }

    /** Takes ownership of the complete body, and makes it available in the request. */
    void complete(RequestAggregator.AggregatedRequest arrived, HttpRequest request) {
        bytes = arrived.body();
        reservation = arrived.reservation();
        request.setBody(arrived.request().body());
        complete = true;
        if (future != null) {
            future.complete(Optional.empty());
        }
    }

    /** Releases the body, which becomes invalid in the request. */
    void release(HttpRequest request) {
        if (!complete) {
            return;
        }
        BorrowedMessages.invalidate(request.body());
        bytes.release();
        if (reservation != null) {
            reservation.resize(0);
        }
    }
}
