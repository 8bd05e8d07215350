package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Bounds the bytes of unfinished requests and messages, in sum over all connections that share it.
 *
 * <p>Each layer that puts something together has a limit for one of them, and many together may still be more than there is
 * memory. Past the limit of the sum those are ended that have held most for longest (bytes times seconds), until a quarter of the
 * limit is free: a slow sender pays before a fast one, and a large one before a small one.
 *
 * <p>The endpoints of one {@link EventLoops} share a budget: {@link EventLoops#inboundLimit}. All others share {@link #shared}.
 */
@ThreadSafe
public final class InboundBudget {
    private static final AttributeKey<InboundBudget> KEY =
            AttributeKey.of("inbound budget", "is an IoServer below this layer?");
    private static final long LEAST = 4L << 20;
    private static final InboundBudget SHARED =
            new InboundBudget(Math.max(LEAST, Runtime.getRuntime().maxMemory() / 8), System::nanoTime);

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

    /** A budget of so many bytes. Throws {@link IllegalArgumentException} for less than one. */
    public static InboundBudget of(long bytes) {
        return new InboundBudget(bytes, System::nanoTime);
    }

    /** The budget of all connections that were given no other: an eighth of the largest heap, at least 4 MiB. */
    public static InboundBudget shared() {
        return SHARED;
    }

    /** The budget of a connection. */
    public static InboundBudget of(Connection conn) {
        InboundBudget own = KEY.peek(conn);
        return own == null ? SHARED : own;
    }

    /** Makes it the budget of a connection, and of what stands on it; for stacks that no {@link IoServer} serves. */
    public void assignTo(Connection conn) {
        KEY.set(conn, this);
    }

    /** How many bytes may be held in sum. */
    public long limit() {
        return limit;
    }

    /** How many bytes are held now. */
    public long used() {
        return used.get();
    }

    /**
     * The account of one holder, which holds nothing yet.
     *
     * @param evicted called once, on any thread, if it must give back what it holds; its {@link Reservation#resize} is false from then on
     */
    public Reservation newReservation(Runnable evicted) {
        return new Reservation(this, evicted);
    }

    private void relieve() {
        List<Reservation> evicted = new ArrayList<>();
        synchronized (this) {
            if (used.get() <= limit) {
                return;
            }
            long now = clock.getAsLong();
            // weighed once: they change while they are sorted
            List<Map.Entry<Reservation, Double>> worst = new ArrayList<>();
            reservations.forEach(one -> worst.add(Map.entry(one, one.weight(now))));
            worst.sort(Map.Entry.<Reservation, Double>comparingByValue().reversed());
            for (Map.Entry<Reservation, Double> one : worst) {
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
     * What one holder has of a budget. Threads: its connection's event loop; the budget looks at it from others.
     */
    public static final class Reservation {
        private final InboundBudget budget;
        private final Runnable evicted;
        private long bytes;
        private long since;
        private boolean gone;

        private Reservation(InboundBudget budget, Runnable evicted) {
            this.budget = budget;
            this.evicted = evicted;
        }

        /**
         * Says how many bytes are held now.
         *
         * @return false if they must be given back, since all together hold too much
         */
        public boolean resize(long now) {
            synchronized (this) {
                if (gone) {
                    return now == 0;
                }
                if (now == bytes) {
                    return true;
                }
                boolean grows = now > bytes;
                if (bytes == 0) {
                    since = budget.clock.getAsLong();
                    budget.reservations.add(this);
                } else if (now == 0) {
                    budget.reservations.remove(this);
                }
                long sum = budget.used.addAndGet(now - bytes);
                bytes = now;
                if (!grows || sum <= budget.limit) {
                    return true;
                }
            }
            budget.relieve();
            synchronized (this) {
                return !gone;
            }
        }

        /** What is held is finished, and in use: it counts until it is {@linkplain #resize given back}, and is not evicted any more. */
        public void pin() {
            budget.reservations.remove(this);
        }

        private synchronized double weight(long now) {
            return bytes * (1 + (now - since) / 1e9);
        }

        private synchronized boolean evict() {
            if (gone || bytes == 0 || !budget.reservations.remove(this)) {
                return false;
            }
            gone = true;
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
