package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * How an event is retained.
 *
 * @param owner who is charged for it
 * @param limits how much may be retained
 * @param ttlNanos after which time it expires; 0 for never
 */
@ThreadSafe
record RetainOption(MemoryUsage owner, RealmLimits limits, long ttlNanos) {
    /**
     * The retention of a publish.
     *
     * @param millis the time to live that its publisher asks for; 0 for none
     */
    static RetainOption of(MemoryUsage owner, RealmLimits limits, long millis) {
        long realm = limits.retainedTtl().toNanos();
        long asked = Math.min(millis, Long.MAX_VALUE / 2_000_000) * 1_000_000;
        return new RetainOption(
                owner, limits, realm == 0 || asked == 0 ? Math.max(realm, asked) : Math.min(realm, asked));
    }
}
