package dev.sprocket.pubsub;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.core.flow.OutboundLimit;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Delivery settings of a topic, changed by copies. */
@Immutable
public final class TopicSettings {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** Default settings: immediate delivery, and the overflow policies of the connections. */
    public static final TopicSettings DEFAULT = new TopicSettings(Duration.ZERO, null, null);

    /**
     * Limits of the events that a topic keeps.
     *
     * @param events maximum number of events
     * @param ttl time for which an event is kept
     * @param bytes maximum memory of the events in bytes, with {@link MemoryLog#OVERHEAD} for each
     */
    @Immutable
    public record History(int events, Duration ttl, long bytes) {
        /** Default limit of bytes: 16 MiB. */
        public static final long DEFAULT_BYTES = 16 << 20;

        /** Throws {@link IllegalArgumentException} if a limit is not positive. */
        public History {
            if (events < 1 || ttl.isNegative() || ttl.isZero() || bytes < 1) {
                throw new IllegalArgumentException(
                        "history: events=" + events + " ttl=" + ttl + " bytes=" + bytes + " (expected: more than 0)");
            }
        }
    }

    private final Duration window;
    private final OutboundLimit.@Nullable Overflow slowReaders;
    private final @Nullable History history;
    private final long windowNanos;

    private TopicSettings(Duration window, OutboundLimit.@Nullable Overflow slowReaders, @Nullable History history) {
        this.window = window;
        this.slowReaders = slowReaders;
        this.history = history;
        this.windowNanos = window.toNanos();
    }

    /** Returns the time for which an event may wait for others; zero for immediate delivery. */
    public Duration window() {
        return window;
    }

    /**
     * Returns a copy with a window, in which events are collected and delivered together.
     *
     * <p>It reduces writes for a busy topic and adds latency. An event of another topic that must be delivered
     * immediately takes waiting events along, so the order is preserved.
     *
     * @param longest longest time for which an event may wait, at most a minute; zero delivers immediately
     * @throws IllegalArgumentException if it is negative or longer than a minute
     */
    public TopicSettings window(Duration longest) {
        if (longest.isNegative() || longest.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("window: " + longest + " (expected: PT0S-" + LONGEST + ")");
        }
        return new TopicSettings(longest, slowReaders, history);
    }

    long windowNanos() {
        return windowNanos;
    }

    /** Reports whether a slow reader catches up from the history. */
    boolean catchesUp() {
        return history != null && slowReaders == null;
    }

    /** Returns the overflow policy for slow readers; empty if the policy of each connection applies. */
    public Optional<OutboundLimit.Overflow> slowReaders() {
        return Optional.ofNullable(slowReaders);
    }

    /** Returns a copy with an overflow policy; {@link OutboundLimit.Overflow#CONFLATE} keeps the newest event. */
    public TopicSettings slowReaders(OutboundLimit.Overflow policy) {
        return new TopicSettings(window, policy, history);
    }

    /** Returns the limits of the events that the topic keeps; empty if it keeps none. */
    public Optional<History> history() {
        return Optional.ofNullable(history);
    }

    /**
     * Returns a copy that keeps events for subscribers who missed them.
     *
     * <p>A slow reader then catches up from the history, unless {@link #slowReaders} is set.
     *
     * @param events maximum number of events
     * @param ttl time for which an event is kept
     * @throws IllegalArgumentException if a limit is not positive
     */
    public TopicSettings history(int events, Duration ttl) {
        return history(new History(events, ttl, History.DEFAULT_BYTES));
    }

    /** Returns a copy that keeps events within limits. */
    public TopicSettings history(History limits) {
        return new TopicSettings(window, slowReaders, limits);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TopicSettings that
                && window.equals(that.window)
                && slowReaders == that.slowReaders
                && Objects.equals(history, that.history);
    }

    @Override
    public int hashCode() {
        return Objects.hash(window, slowReaders, history);
    }

    @Override
    public String toString() {
        return "window=" + window + " slowReaders=" + (slowReaders == null ? "connection" : slowReaders)
                + (history == null ? "" : " history=" + history);
    }
}
