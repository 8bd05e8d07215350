package dev.sprocket.wamp.internal.meta;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampConnection;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits the entries that one client scans per second.
 *
 * <p>Counts the lists of the meta API and the event history. A token bucket: the budget of one second may be used at
 * once. A call may exceed the budget, which delays the next call.
 */
@ThreadSafe
public final class MetaRate {
    /** Entries per second. */
    public static final int ENTRIES_PER_SECOND = 10_000;

    private static final AttributeKey<MetaRate> KEY = AttributeKey.of("rate of meta calls", "was MetaRate.of called?");
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier clock;
    private double budget = ENTRIES_PER_SECOND;
    private long refilled;

    public MetaRate(LongSupplier clock) {
        this.clock = clock;
        this.refilled = clock.getAsLong();
    }

    /** Returns the rate of a client. */
    public static MetaRate of(WampConnection conn) {
        MetaRate rate = KEY.peek(conn);
        if (rate == null) {
            rate = new MetaRate(System::nanoTime);
            KEY.set(conn, rate);
        }
        return rate;
    }

    /** Starts a call. Throws {@link CallException} if the budget is exceeded. */
    public synchronized void begin() {
        long now = clock.getAsLong();
        budget = Math.min(ENTRIES_PER_SECOND, budget + (now - refilled) / SECOND * ENTRIES_PER_SECOND);
        refilled = now;
        if (budget <= 0) {
            throw new CallException(
                    "wamp.error.unavailable", "more than " + ENTRIES_PER_SECOND + " entries a second (retry later)");
        }
        budget--;
    }

    /** Charges scanned entries to the budget. */
    public synchronized void charge(int entries) {
        budget -= entries;
    }
}
