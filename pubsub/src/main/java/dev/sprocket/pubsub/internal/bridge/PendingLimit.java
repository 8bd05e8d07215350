package dev.sprocket.pubsub.internal.bridge;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Component;
import dev.sprocket.pubsub.push.Publisher;
import java.util.function.LongSupplier;

/**
 * Limit of the bytes that are pending for subscribers.
 *
 * <p>Beyond it, a bridge stops receiving or rejects pushes. It resumes at half of the limit, to avoid pausing again
 * after each message.
 */
@ThreadSafe
public final class PendingLimit {
    /** Default limit: 32 MiB. */
    public static final int DEFAULT_BYTES = 32 << 20;

    private final LongSupplier pendingBytes;
    private final long limit;

    private PendingLimit(LongSupplier pendingBytes, long limit) {
        this.pendingBytes = pendingBytes;
        this.limit = limit;
    }

    /** Creates the default limit for a source of the number of pending bytes. */
    public static PendingLimit of(LongSupplier pendingBytes) {
        return new PendingLimit(pendingBytes, DEFAULT_BYTES);
    }

    /** Creates the default limit for the topics of a {@link Publisher}, which may be inside decorators. */
    public static PendingLimit of(Component<?> target) {
        return of(Publisher.pendingBytes(target));
    }

    /**
     * Returns a copy with another limit.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public PendingLimit bytes(long max) {
        if (max < 1) {
            throw new IllegalArgumentException("pendingLimit: " + max + " (expected: >= 1)");
        }
        return new PendingLimit(pendingBytes, max);
    }

    /** Returns a copy with another source of the number of pending bytes. */
    public PendingLimit source(LongSupplier bytes) {
        return new PendingLimit(bytes, limit);
    }

    /** Reports whether a bridge must pause. */
    public boolean isExceeded() {
        return pendingBytes.getAsLong() > limit;
    }

    /** Reports whether a paused bridge may resume. */
    public boolean isRelieved() {
        return pendingBytes.getAsLong() <= limit / 2;
    }
}
