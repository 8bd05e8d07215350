package dev.sprocket.cluster.redis;

import java.util.function.DoubleSupplier;

/**
 * Time before the next attempt, doubled each time.
 *
 * <p>A part of it is random, so that nodes do not come all at once. Confined to the loop of the engine.
 */
final class Backoff {
    static final long MIN_MILLIS = 50;
    static final long MAX_MILLIS = 2000;

    private final DoubleSupplier random;
    private long millis = MIN_MILLIS;
    private boolean atOnce;

    /**
     * Creates a time before the next attempt.
     *
     * @param random returns numbers from 0 to 1
     */
    Backoff(DoubleSupplier random) {
        this.random = random;
    }

    /** Returns the time before the next attempt, in milliseconds. */
    long next() {
        if (atOnce) {
            atOnce = false;
            return 0;
        }
        long wait = Math.round(millis * (0.5 + random.getAsDouble() / 2));
        millis = Math.min(2 * millis, MAX_MILLIS);
        return wait;
    }

    /** Begins again: the next attempt is at once. Called when a connection has proven to work. */
    void reset() {
        millis = MIN_MILLIS;
        atOnce = true;
    }
}
