package dev.sprocket.pubsub;

import com.google.errorprone.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** Notice to a subscriber about its place in the log of a topic. */
@Immutable
public sealed interface Notice {
    /** Returns the name of the topic; for {@link Missed}, also of a pattern. */
    String topic();

    /** Returns the position after which events follow; null for patterns and without a log. */
    @Nullable
    Position position();

    /**
     * Beginning of a subscription that was made with a position.
     *
     * @param topic name of the topic
     * @param position position after which events follow
     */
    record Joined(String topic, Position position) implements Notice {}

    /**
     * Events that may be missing before the next one.
     *
     * @param gap what may be missing
     */
    record Missed(Gap gap) implements Notice {
        @Override
        public String topic() {
            return gap.topic();
        }

        @Override
        public @Nullable Position position() {
            return gap.to();
        }
    }

    /**
     * End of a recovery; the following events are new.
     *
     * @param topic name of the topic
     * @param position position of the last event that was recovered
     */
    record Recovered(String topic, Position position) implements Notice {}
}
