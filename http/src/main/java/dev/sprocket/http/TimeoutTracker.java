package dev.sprocket.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the time that a connection has spent in the current phase.
 *
 * <p>The clock is read only in the periodic check; progress in between is counted. Confined to the event loop.
 */
final class TimeoutTracker {
    /** Phase of a connection, which determines the timeout. */
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

    /** Records progress, which restarts the timeout. */
    void progress() {
        progress++;
    }

    /** Reports whether the timeout of a phase has passed. */
    boolean isExpired(Phase phase, long now) {
        if (phase != lastPhase || progress != lastProgress) {
            lastPhase = phase;
            lastProgress = progress;
            since = now;
            return false;
        }
        return phase != Phase.NONE && limit(phase).compareTo(Duration.ofNanos(now - since)) <= 0;
    }

    /** Returns the timeout of a phase. */
    Duration limit(Phase phase) {
        return switch (phase) {
            case HEAD -> limits.head();
            case BODY -> limits.body();
            case RESPONSE, FILE -> limits.response();
            case NEXT_REQUEST, NONE -> limits.keepAlive();
        };
    }
}
