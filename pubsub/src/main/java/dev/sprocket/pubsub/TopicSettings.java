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
    public static final TopicSettings DEFAULT = new TopicSettings(Duration.ZERO, null);

    private final Duration window;
    private final OutboundLimit.@Nullable Overflow slowReaders;

    private TopicSettings(Duration window, OutboundLimit.@Nullable Overflow slowReaders) {
        this.window = window;
        this.slowReaders = slowReaders;
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
        return new TopicSettings(longest, slowReaders);
    }

    /** Returns the overflow policy for slow readers; empty if the policy of each connection applies. */
    public Optional<OutboundLimit.Overflow> slowReaders() {
        return Optional.ofNullable(slowReaders);
    }

    /** Returns a copy with an overflow policy; {@link OutboundLimit.Overflow#CONFLATE} keeps the newest event. */
    public TopicSettings slowReaders(OutboundLimit.Overflow policy) {
        return new TopicSettings(window, policy);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TopicSettings that && window.equals(that.window) && slowReaders == that.slowReaders;
    }

    @Override
    public int hashCode() {
        return Objects.hash(window, slowReaders);
    }

    @Override
    public String toString() {
        return "window=" + window + " slowReaders=" + (slowReaders == null ? "connection" : slowReaders);
    }
}
