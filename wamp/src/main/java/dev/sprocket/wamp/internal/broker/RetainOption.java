package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.RealmLimits;
import dev.sprocket.wamp.internal.session.MemoryUsage;

/**
 * Time to live and memory account of a retained event.
 *
 * @param owner memory usage to which the event is charged
 * @param limits limits of the realm
 * @param ttlNanos time to live in nanoseconds; 0 for no expiry
 */
@ThreadSafe
public record RetainOption(MemoryUsage owner, RealmLimits limits, long ttlNanos) {
    /**
     * Creates the retention of a publish.
     *
     * @param millis time to live that the publisher asks for, in milliseconds; 0 for none
     */
    public static RetainOption of(MemoryUsage owner, RealmLimits limits, long millis) {
        long realmTtl = limits.retainedTtl().toNanos();
        long requestedTtl = Math.min(millis, Long.MAX_VALUE / 2_000_000) * 1_000_000;
        return new RetainOption(
                owner,
                limits,
                realmTtl == 0 || requestedTtl == 0
                        ? Math.max(realmTtl, requestedTtl)
                        : Math.min(realmTtl, requestedTtl));
    }
}
