package dev.sprocket.core.internal.rate;

import java.util.concurrent.TimeUnit;

/**
 * Token bucket with the capacity of one second.
 *
 * <p>It may go into debt, which delays later tokens.
 *
 * <p>Not thread-safe.
 */
public final class TokenBucket {
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final double perSecond;
    private double tokens;
    private long refilledAt;

    /**
     * Creates a full bucket.
     *
     * @param perSecond number of tokens per second; 0 means unlimited
     * @param now time in nanoseconds
     */
    public TokenBucket(long perSecond, long now) {
        this.perSecond = perSecond;
        this.tokens = perSecond;
        this.refilledAt = now;
    }

    /** Adds the tokens since the last call. Time that goes back adds none. */
    public void refill(long now) {
        double seconds = Math.max(0, now - refilledAt) / SECOND;
        refilledAt = now;
        tokens = Math.min(perSecond, tokens + seconds * perSecond);
    }

    /** Reports whether a number of tokens is available. */
    public boolean has(long count) {
        return perSecond == 0 || tokens >= count;
    }

    /** Takes tokens, if necessary on credit. */
    public void take(long count) {
        if (perSecond > 0) {
            tokens -= count;
        }
    }

    /** Reports whether more tokens were taken than available. */
    public boolean isInDebt() {
        return tokens < 0;
    }

    /** Returns the number of seconds until a number of tokens is available. */
    public double secondsUntil(long count) {
        return has(count) ? 0 : (count - tokens) / perSecond;
    }
}
