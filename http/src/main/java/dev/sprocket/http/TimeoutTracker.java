package dev.sprocket.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a connection has been waiting for the same thing. The clock is read by the sweep alone: what happens in
 * between only counts. On the event loop.
 */
final class TimeoutTracker {
    /** What is waited for. */
    enum Phase {
        HEAD,
        BODY,
        RESPONSE,
        FILE,
        NEXT_REQUEST,
        NONE
    }

    private final HttpTimeouts limits;
    private long progress;
    private long lastProgress;
    private @Nullable Phase lastPhase;
    private long since;

    TimeoutTracker(HttpTimeouts limits) {
        this.limits = limits;
    }

    /** Something happened that the limit is about. */
    void progress() {
        progress++;
    }

    /** Whether the limit of this phase is past. */
    boolean isExpired(Phase phase, long now) {
        if (phase != lastPhase || progress != lastProgress) {
            lastPhase = phase;
            lastProgress = progress;
            since = now;
            return false;
        }
        return phase != Phase.NONE && limit(phase).compareTo(Duration.ofNanos(now - since)) <= 0;
    }

    /** The limit of a phase. */
    Duration limit(Phase phase) {
        return switch (phase) {
            case HEAD -> limits.head();
            case BODY -> limits.body();
            case RESPONSE, FILE -> limits.response();
            case NEXT_REQUEST, NONE -> limits.keepAlive();
        };
    }
}
