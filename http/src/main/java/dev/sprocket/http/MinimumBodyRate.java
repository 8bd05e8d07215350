package dev.sprocket.http;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How fast the body of one request comes. The clock is read by the sweep alone. On the event loop.
 */
final class MinimumBodyRate {
    private final HttpTimeouts limits;
    private boolean begun;
    private long since;
    /** Where the span began whose rate is measured: a burst at the beginning pays for no silence later. */
    private long span;

    private long seen;
    private long bytes;

    MinimumBodyRate(HttpTimeouts limits) {
        this.limits = limits;
    }

    /** Another request begins. */
    void reset() {
        begun = false;
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
    String fault(long now, boolean held) {
        if (!begun) {
            begun = true;
            since = now;
            span = now;
        } else if (held) {
            since += now - seen;
            span += now - seen;
        }
        seen = now;
        if (now - since >= limits.wholeBody().toNanos()) {
            return "no whole body within " + limits.wholeBody().toMillis() + " ms";
        }
        if (now - span < limits.body().toNanos()) {
            return null;
        }
        double seconds = (now - span) / (double) TimeUnit.SECONDS.toNanos(1);
        double rate = bytes / seconds;
        span = now;
        bytes = 0;
        return rate < limits.bodyRate()
                ? "body at " + (long) rate + " bytes a second (expected: >= " + limits.bodyRate() + ")"
                : null;
    }
}
