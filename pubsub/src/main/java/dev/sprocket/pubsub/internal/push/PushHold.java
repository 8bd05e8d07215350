package dev.sprocket.pubsub.internal.push;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.pubsub.internal.delivery.LogOutage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Holds the pushes of a sender while their log accepts no events.
 *
 * <p>Nothing more is read from the sender meanwhile. Pushes that were received together are held for a limited time
 * together.
 */
@ThreadSafe
public final class PushHold {
    /** Default time for which pushes are held: 30 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    /** Default memory of the waiting pushes of a connection, in bytes: 16 MiB. */
    public static final int DEFAULT_BYTES = 16 << 20;

    private static final AttributeKey<PushHold> KEY = AttributeKey.of("hold of pushes", "did the bridge set one?");

    private final long timeoutNanos;
    private final long maxBytes;
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();

    @GuardedBy("this")
    private boolean holding;

    @GuardedBy("this")
    private long deadline;

    private PushHold(Duration timeout, long maxBytes) {
        this.timeoutNanos = timeout.toNanos();
        this.maxBytes = maxBytes;
    }

    /**
     * Lets the pushes of a connection be held for a time.
     *
     * @param timeout time for which they are held; zero: they fail at once
     * @param maxBytes memory of those that wait behind another one
     */
    public static PushHold set(Connection conn, Duration timeout, long maxBytes) {
        PushHold hold = new PushHold(timeout, maxBytes);
        KEY.set(conn, hold);
        return hold;
    }

    static Optional<PushHold> find(Connection conn) {
        return KEY.find(conn);
    }

    /** Returns the longest time for which pushes of a connection are held, in seconds. */
    static long seconds(Connection conn) {
        return find(conn)
                .map(hold -> TimeUnit.NANOSECONDS.toSeconds(hold.timeoutNanos))
                .orElse(0L);
    }

    /** Returns the memory of the waiting pushes of a connection, in bytes. */
    static long maxBytes(Connection conn) {
        return find(conn).map(hold -> hold.maxBytes).orElse((long) DEFAULT_BYTES);
    }

    /** Holds no more pushes, and releases those that are held. */
    public void cancel() {
        cancelled.complete(null);
    }

    /** Waits until a log accepts events, or the time is over. */
    CompletableFuture<Void> await(LogOutage outage) {
        long left;
        synchronized (this) {
            long now = System.nanoTime();
            if (!holding) {
                holding = true;
                deadline = now + timeoutNanos;
            }
            left = deadline - now;
        }
        return left <= 0
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.anyOf(outage.whenAvailable(), cancelled)
                        .orTimeout(left, TimeUnit.NANOSECONDS)
                        .handle((done, timeout) -> null);
    }

    /** Ends the time of the pushes that were received together. */
    static void end(Connection conn) {
        find(conn).ifPresent(hold -> {
            synchronized (hold) {
                hold.holding = false;
            }
        });
    }
}
