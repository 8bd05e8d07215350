package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;

/** Token bucket of a backend with a capacity of one second; it may become negative. */
@ThreadSafe
final class EventRateLimit {
    private static final double SECOND = 1000;

    private final int perSecond;
    private double tokens;
    private long updatedAt;

    /** Creates a full bucket; a rate of 0 means unlimited. */
    EventRateLimit(int perSecond, long now) {
        this.perSecond = perSecond;
        this.tokens = perSecond;
        this.updatedAt = now;
    }

    /** Throws {@link PushRejectedException} while less than one token is available. */
    synchronized void check(long now) {
        if (perSecond == 0) {
            return;
        }
        tokens = Math.min(perSecond, tokens + Math.max(0, now - updatedAt) / SECOND * perSecond);
        updatedAt = now;
        if (tokens < 1) {
            throw new PushRejectedException(429, "more than " + perSecond + " events per second")
                    .retryAfter((long) Math.ceil((1 - tokens) / perSecond));
        }
    }

    synchronized void take(int events) {
        tokens -= perSecond == 0 ? 0 : events;
    }
}
