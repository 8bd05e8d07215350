package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;

/** What somebody may still push: a bucket that fills up in a second, and may go into debt. */
@ThreadSafe
final class EventRateLimit {
    private static final double SECOND = 1000;

    private final int perSecond;
    private double left;
    private long last;

    /** 0 for no limit. */
    EventRateLimit(int perSecond, long now) {
        this.perSecond = perSecond;
        this.left = perSecond;
        this.last = now;
    }

    /** Throws {@link PushRejectedException} while there is no room for one event. */
    synchronized void check(long now) {
        if (perSecond == 0) {
            return;
        }
        left = Math.min(perSecond, left + Math.max(0, now - last) / SECOND * perSecond);
        last = now;
        if (left < 1) {
            throw new PushRejectedException(429, "more than " + perSecond + " events a second")
                    .retryAfter((long) Math.ceil((1 - left) / perSecond));
        }
    }

    synchronized void pay(int events) {
        left -= perSecond == 0 ? 0 : events;
    }
}
