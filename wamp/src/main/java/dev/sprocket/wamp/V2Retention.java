package dev.sprocket.wamp;

/**
 * How an event is retained.
 *
 * <p>Threads: any; it does not change.
 *
 * @param owner who is charged for it
 * @param limits how much may be retained
 * @param ttlNanos after which time it expires; 0 for never
 */
record V2Retention(Holdings owner, RealmLimits limits, long ttlNanos) {
    /**
     * The retention of a publish.
     *
     * @param millis the time to live that its publisher asks for; 0 for none
     */
    static V2Retention of(Holdings owner, RealmLimits limits, long millis) {
        long realm = limits.retainedTtl().toNanos();
        long asked = Math.min(millis, Long.MAX_VALUE / 2_000_000) * 1_000_000;
        return new V2Retention(
                owner, limits, realm == 0 || asked == 0 ? Math.max(realm, asked) : Math.min(realm, asked));
    }
}
