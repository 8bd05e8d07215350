package dev.sprocket.http;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Measures the transfer rate of a request body.
 *
 * <p>The clock is read only in the periodic check. Confined to the event loop.
 */
final class MinimumBodyRate {
    private final HttpTimeouts limits;
    private boolean started;
    private long start;
    /** Start of the measured interval; an early burst does not compensate for later silence. */
    private long windowStart;

    private long lastCheck;
    private long bytes;

    MinimumBodyRate(HttpTimeouts limits) {
        this.limits = limits;
    }

    /** Prepares for the next request. */
    void reset() {
        started = false;
        bytes = 0;
    }

    /** Counts received bytes. */
    void add(int count) {
        bytes += count;
    }

    /**
     * Returns the violated limit as text; null if there is none.
     *
     * @param paused whether reads are paused, so that the peer is not responsible
     */
    @Nullable
    String violation(long now, boolean paused) {
        if (!started) {
            started = true;
            start = now;
            windowStart = now;
        } else if (paused) {
            start += now - lastCheck;
            windowStart += now - lastCheck;
        }
        lastCheck = now;
        if (now - start >= limits.wholeBody().toNanos()) {
            return "no complete body within " + limits.wholeBody().toMillis() + " ms";
        }
        if (now - windowStart < limits.body().toNanos()) {
            return null;
        }
        double seconds = (now - windowStart) / (double) TimeUnit.SECONDS.toNanos(1);
        double rate = bytes / seconds;
        windowStart = now;
        bytes = 0;
        return rate < limits.bodyRate()
                ? "body at " + (long) rate + " bytes per second (expected: >= " + limits.bodyRate() + ")"
                : null;
    }
}
