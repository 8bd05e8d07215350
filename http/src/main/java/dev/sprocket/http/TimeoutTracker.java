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
        ANSWER,
        READER,
        NEXT_REQUEST,
        NOTHING
    }

    private final HttpTimeouts limits;
    private long progress;
    private long seenProgress;
    private @Nullable Phase seenPhase;
    private long since;

    TimeoutTracker(HttpTimeouts limits) {
        this.limits = limits;
    }

    /** Something happened that the limit is about. */
    void progress() {
        progress++;
    }

    /** Whether the limit of this phase is past. */
    boolean isOver(Phase phase, long now) {
        if (phase != seenPhase || progress != seenProgress) {
            seenPhase = phase;
            seenProgress = progress;
            since = now;
            return false;
        }
        return phase != Phase.NOTHING && limit(phase).compareTo(Duration.ofNanos(now - since)) <= 0;
    }

    /** The limit of a phase. */
    Duration limit(Phase phase) {
        return switch (phase) {
            case HEAD -> limits.head();
            case BODY -> limits.body();
            case ANSWER, READER -> limits.response();
            case NEXT_REQUEST, NOTHING -> limits.keepAlive();
        };
    }
}
