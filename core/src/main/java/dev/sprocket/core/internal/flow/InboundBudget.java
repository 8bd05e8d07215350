package dev.sprocket.core.internal.flow;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Limits the memory of incomplete requests and messages across all connections that share it.
 *
 * <p>Each layer that aggregates data limits a single item, but many items together may exceed the available memory.
 * When the total exceeds the limit, the reservations with the largest product of bytes and seconds are evicted, until a
 * quarter of the limit is free. A slow sender is evicted before a fast one, and a large one before a small one.
 *
 * <p>The endpoints of one {@link EventLoops} share a budget: {@link EventLoops#inboundLimit}. All others use
 * {@link #shared}.
 */
@ThreadSafe
public final class InboundBudget {
    private static final AttributeKey<InboundBudget> KEY =
            AttributeKey.of("inbound budget", "is an IoServer below this layer?");
    private static final long MIN_SHARED = 4L << 20;
    private static final InboundBudget SHARED =
            new InboundBudget(Math.max(MIN_SHARED, Runtime.getRuntime().maxMemory() / 8), System::nanoTime);

    private final long limit;
    private final LongSupplier clock;
    private final AtomicLong used = new AtomicLong();
    private final Set<Reservation> reservations = ConcurrentHashMap.newKeySet();

    InboundBudget(long limit, LongSupplier clock) {
        if (limit < 1) {
            throw new IllegalArgumentException("inbound limit: " + limit + " (expected: >= 1)");
        }
        this.limit = limit;
        this.clock = clock;
    }

    /**
     * Creates a budget. Throws {@link IllegalArgumentException} for less than one byte.
     *
     * @param bytes maximum total size
     */
    public static InboundBudget of(long bytes) {
        return new InboundBudget(bytes, System::nanoTime);
    }

    /** Returns the default budget: an eighth of the maximum heap, at least 4 MiB. */
    public static InboundBudget shared() {
        return SHARED;
    }

    /** Returns the budget of a connection. */
    public static InboundBudget of(Connection conn) {
        return KEY.find(conn).orElse(SHARED);
    }

    /** Sets this as the budget of a connection and those above it. For stacks without an {@link IoServer}. */
    public void assignTo(Connection conn) {
        KEY.set(conn, this);
    }

    /** Returns the maximum total size, in bytes. */
    public long limit() {
        return limit;
    }

    /** Returns the size that is currently reserved, in bytes. */
    public long used() {
        return used.get();
    }

    /**
     * Creates an empty reservation.
     *
     * @param evicted called once, on any thread, if the reserved memory must be released; {@link Reservation#resize}
     *     returns false from then on
     */
    public Reservation newReservation(Runnable evicted) {
        return new Reservation(this, evicted);
    }

    private void evictLargest() {
        List<Reservation> evicted = new ArrayList<>();
        synchronized (this) {
            if (used.get() <= limit) {
                return;
            }
            long now = clock.getAsLong();
            // computed once, because weights change during sorting
            List<Map.Entry<Reservation, Double>> candidates = new ArrayList<>();
            reservations.forEach(one -> candidates.add(Map.entry(one, one.weight(now))));
            candidates.sort(Map.Entry.<Reservation, Double>comparingByValue().reversed());
            for (Map.Entry<Reservation, Double> one : candidates) {
                if (used.get() <= limit - limit / 4) {
                    break;
                }
                if (one.getKey().evict()) {
                    evicted.add(one.getKey());
                }
            }
        }
        evicted.forEach(one -> one.evicted.run());
    }

    /**
     * Memory that one holder has reserved.
     *
     * <p>Used on the event loop of its connection; the budget accesses it from other threads.
     */
    public static final class Reservation {
        private final InboundBudget budget;
        private final Runnable evicted;
        private long bytes;
        private long since;
        private boolean wasEvicted;

        private Reservation(InboundBudget budget, Runnable evicted) {
            this.budget = budget;
            this.evicted = evicted;
        }

        /**
         * Changes the reserved size.
         *
         * @param size new size, in bytes
         * @return false if the memory must be released, because the total exceeds the limit
         */
        @CanIgnoreReturnValue
        public boolean resize(long size) {
            synchronized (this) {
                if (wasEvicted) {
                    return size == 0;
                }
                if (size == bytes) {
                    return true;
                }
                boolean grows = size > bytes;
                if (bytes == 0) {
                    since = budget.clock.getAsLong();
                    budget.reservations.add(this);
                } else if (size == 0) {
                    budget.reservations.remove(this);
                }
                long total = budget.used.addAndGet(size - bytes);
                bytes = size;
                if (!grows || total <= budget.limit) {
                    return true;
                }
            }
            budget.evictLargest();
            synchronized (this) {
                return !wasEvicted;
            }
        }

        /**
         * Excludes the reservation from eviction, because its data is complete and in use. It counts until it is
         * {@linkplain #resize resized} to zero.
         */
        public void pin() {
            budget.reservations.remove(this);
        }

        private synchronized double weight(long now) {
            return bytes * (1 + (now - since) / 1e9);
        }

        private synchronized boolean evict() {
            if (wasEvicted || bytes == 0 || !budget.reservations.remove(this)) {
                return false;
            }
            wasEvicted = true;
            budget.used.addAndGet(-bytes);
            bytes = 0;
            return true;
        }

        @Override
        public synchronized String toString() {
            return bytes + " of " + budget.used() + " bytes (limit: " + budget.limit + ")";
        }
    }

    @Override
    public String toString() {
        return used() + " of " + limit + " bytes";
    }
}
