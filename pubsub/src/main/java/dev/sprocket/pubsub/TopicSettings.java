package dev.sprocket.pubsub;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.core.OverflowPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * How the events of a topic travel.
 *
 * @param window how long an event may wait for others that leave with it, at most a minute; zero for not at all. Events
 *     of other topics that are published meanwhile, and must leave at once, take it along, so order is kept
 * @param slowReaders what happens to events for a subscriber that reads too slowly; if empty, what its connection says
 */
@Immutable
public record TopicSettings(Duration window, Optional<OverflowPolicy> slowReaders) {
    // before DEFAULT, which is checked against it
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** No window; slow readers as their connections say. */
    public static final TopicSettings DEFAULT = new TopicSettings(Duration.ZERO, Optional.empty());

    /** Throws {@link IllegalArgumentException} for a window that is negative or longer than a minute. */
    public TopicSettings {
        if (window.isNegative() || window.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("window: " + window + " (expected: PT0S-" + LONGEST + ")");
        }
    }

    /** The same with a window: fewer writes for a hot topic, for some milliseconds of latency. */
    public TopicSettings window(Duration longest) {
        return new TopicSettings(longest, slowReaders);
    }

    /** The same with a policy for slow readers of its own; {@link OverflowPolicy#CONFLATE} keeps the newest event. */
    public TopicSettings slowReaders(OverflowPolicy policy) {
        return new TopicSettings(window, Optional.of(policy));
    }
}
