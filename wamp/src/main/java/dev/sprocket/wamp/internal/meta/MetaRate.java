package dev.sprocket.wamp.internal.meta;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.internal.rate.TokenBucket;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampConnection;
import java.util.function.LongSupplier;

/**
 * Limits the entries that one client scans per second.
 *
 * <p>Counts the lists of the meta API and the events that are kept. A token bucket: the budget of one second may be
 * used at once. A call may exceed the budget, which delays the next call.
 */
@ThreadSafe
public final class MetaRate {
    /** Entries per second. */
    public static final int ENTRIES_PER_SECOND = 10_000;

    private static final AttributeKey<MetaRate> KEY = AttributeKey.of("rate of meta calls", "was MetaRate.of called?");

    private final LongSupplier clock;
    private final TokenBucket budget;

    public MetaRate(LongSupplier clock) {
        this.clock = clock;
        this.budget = new TokenBucket(ENTRIES_PER_SECOND, clock.getAsLong());
    }

    /** Returns the rate of a client. */
    public static MetaRate of(WampConnection conn) {
        MetaRate rate = KEY.find(conn).orElse(null);
        if (rate == null) {
            rate = new MetaRate(System::nanoTime);
            KEY.set(conn, rate);
        }
        return rate;
    }

    /** Starts a call. Throws {@link CallException} if the budget is exceeded. */
    public synchronized void begin() {
        budget.refill(clock.getAsLong());
        if (!budget.has(1)) {
            throw new CallException(
                    "wamp.error.unavailable", "more than " + ENTRIES_PER_SECOND + " entries a second (retry later)");
        }
        budget.take(1);
    }

    /** Charges scanned entries to the budget. */
    public synchronized void charge(int entries) {
        budget.take(entries);
    }
}
