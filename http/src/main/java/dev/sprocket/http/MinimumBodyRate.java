package dev.sprocket.http;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How fast the body of one request comes. The clock is read by the sweep alone. On the event loop.
 */
final class MinimumBodyRate {
    private final HttpTimeouts limits;
    private boolean started;
    private long start;
    /** Where the span began whose rate is measured: a burst at the beginning pays for no silence later. */
    private long windowStart;

    private long lastCheck;
    private long bytes;

    MinimumBodyRate(HttpTimeouts limits) {
        this.limits = limits;
    }

    /** Another request begins. */
    void reset() {
        started = false;
        bytes = 0;
    }

    /** So many bytes have come. */
    void add(int more) {
        bytes += more;
    }

    /**
     * What is wrong with the pace; null if nothing is.
     *
     * @param held whether the peer is not read from, so that it cannot be to blame
     */
    @Nullable
    String violation(long now, boolean held) {
        if (!started) {
            started = true;
            start = now;
            windowStart = now;
        } else if (held) {
            start += now - lastCheck;
            windowStart += now - lastCheck;
        }
        lastCheck = now;
        if (now - start >= limits.wholeBody().toNanos()) {
            return "no whole body within " + limits.wholeBody().toMillis() + " ms";
        }
        if (now - windowStart < limits.body().toNanos()) {
            return null;
        }
        double seconds = (now - windowStart) / (double) TimeUnit.SECONDS.toNanos(1);
        double rate = bytes / seconds;
        windowStart = now;
        bytes = 0;
        return rate < limits.bodyRate()
                ? "body at " + (long) rate + " bytes a second (expected: >= " + limits.bodyRate() + ")"
                : null;
    }
}
