package dev.sprocket.pubsub;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.core.flow.OutboundLimit;
import java.time.Duration;
import java.util.Optional;

/**
 * Delivery settings of a topic.
 *
 * @param window time for which an event may wait for others to be delivered together, at most a minute; zero delivers
 *     immediately. An event of another topic that must be delivered immediately takes waiting events along, so the
 *     order is preserved
 * @param slowReaders overflow policy for subscribers that read too slowly; if empty, the policy of the connection
 *     applies
 */
@Immutable
public record TopicSettings(Duration window, Optional<OutboundLimit.Overflow> slowReaders) {
    // declared before DEFAULT, because the constructor uses it
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** Default settings: immediate delivery, and the overflow policies of the connections. */
    public static final TopicSettings DEFAULT = new TopicSettings(Duration.ZERO, Optional.empty());

    /** Throws {@link IllegalArgumentException} if the window is negative or longer than a minute. */
    public TopicSettings {
        if (window.isNegative() || window.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("window: " + window + " (expected: PT0S-" + LONGEST + ")");
        }
    }

    /** Returns a copy with a window. It reduces writes for a busy topic and adds latency. */
    public TopicSettings window(Duration longest) {
        return new TopicSettings(longest, slowReaders);
    }

    /** Returns a copy with an overflow policy; {@link OutboundLimit.Overflow#CONFLATE} keeps the newest event. */
    public TopicSettings slowReaders(OutboundLimit.Overflow policy) {
        return new TopicSettings(window, Optional.of(policy));
    }
}
