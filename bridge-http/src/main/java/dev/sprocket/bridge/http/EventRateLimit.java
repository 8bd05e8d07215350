package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.rate.TokenBucket;
import java.util.concurrent.TimeUnit;

/** Rate limit of a backend. */
@ThreadSafe
final class EventRateLimit {
    private final int perSecond;
    private final TokenBucket bucket;

    /**
     * Creates a rate limit.
     *
     * @param perSecond number of events per second; 0 means unlimited
     * @param now time in milliseconds
     */
    EventRateLimit(int perSecond, long now) {
        this.perSecond = perSecond;
        this.bucket = new TokenBucket(perSecond, TimeUnit.MILLISECONDS.toNanos(now));
    }

    /** Throws {@link PushRejectedException} while less than one token is available. */
    synchronized void check(long now) {
        bucket.refill(TimeUnit.MILLISECONDS.toNanos(now));
        if (!bucket.has(1)) {
            throw new PushRejectedException(429, "more than " + perSecond + " events per second")
                    .retryAfter((long) Math.ceil(bucket.secondsUntil(1)));
        }
    }

    synchronized void take(int events) {
        bucket.take(events);
    }
}
