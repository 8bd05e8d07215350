package dev.sprocket.core.internal.rate;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Token bucket with the capacity of one period.
 *
 * <p>It may go into debt, which delays later tokens.
 *
 * <p>Not thread-safe.
 */
public final class TokenBucket {
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final double capacity;
    private final double perSecond;
    private double tokens;
    private long refilledAt;

    /**
     * Creates a full bucket for a second.
     *
     * @param perSecond number of tokens per second; 0 means unlimited
     * @param now time in nanoseconds
     */
    public TokenBucket(long perSecond, long now) {
        this(perSecond, Duration.ofSeconds(1), now);
    }

    /**
     * Creates a full bucket for a period.
     *
     * @param capacity number of tokens per period; 0 means unlimited
     * @param period period, greater than zero
     * @param now time in nanoseconds
     */
    public TokenBucket(long capacity, Duration period, long now) {
        this.capacity = capacity;
        this.perSecond = capacity / (period.toNanos() / SECOND);
        this.tokens = capacity;
        this.refilledAt = now;
    }

    /** Adds the tokens since the last call. Time that goes back adds none. */
    public void refill(long now) {
        double seconds = Math.max(0, now - refilledAt) / SECOND;
        refilledAt = now;
        tokens = Math.min(capacity, tokens + seconds * perSecond);
    }

    /** Reports whether a number of tokens is available. */
    public boolean has(long count) {
        return perSecond == 0 || tokens >= count;
    }

    /** Adds the tokens since the last call, and reports whether the bucket is full. */
    public boolean isFull(long now) {
        refill(now);
        return tokens >= capacity;
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
