package dev.sprocket.pubsub.internal.delivery;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Publisher of one request that is answered with the result of what it publishes.
 *
 * <p>Its events are in order with the other events of the same publisher.
 */
@ThreadSafe
public final class AcknowledgedPublisher {
    private final Object publisher;

    /** Result of what was published so far; null before the first event. */
    @GuardedBy("this")
    private @Nullable CompletableFuture<?> result;

    /**
     * Creates a publisher for one request.
     *
     * @param publisher identifies the publisher by {@code equals}, such as its connection
     */
    public AcknowledgedPublisher(Object publisher) {
        this.publisher = publisher;
    }

    /** Returns the publisher that an object identifies. */
    public static Object unwrap(Object publisher) {
        return publisher instanceof AcknowledgedPublisher acknowledged ? acknowledged.publisher : publisher;
    }

    /** Adds the result of an event. */
    public synchronized void add(CompletionStage<?> published) {
        CompletableFuture<?> before = result;
        CompletableFuture<?> added = published.toCompletableFuture();
        result = before == null ? added : CompletableFuture.allOf(before, added);
    }

    /** Returns the result of all events; fails if one was not stored. */
    public synchronized CompletableFuture<?> result() {
        return result == null ? CompletableFuture.completedFuture(null) : result;
    }
}
