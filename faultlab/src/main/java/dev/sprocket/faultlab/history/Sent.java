package dev.sprocket.faultlab.history;

import dev.sprocket.pubsub.Position;
import org.jspecify.annotations.Nullable;

/** An event that a publisher sent, and what it was told about it. Not thread-safe. */
public final class Sent {
    /** Answer to the publisher of an event. */
    public enum Outcome {
        /** Not answered, or not asked for an answer. */
        UNKNOWN,
        ACKNOWLEDGED,
        REFUSED
    }

    private final EventKey key;
    private final String topic;
    private final String node;
    private final long sentAt;
    private Outcome outcome = Outcome.UNKNOWN;
    private @Nullable Position position;

    /**
     * Creates an event without an answer.
     *
     * @param node the node to which it was sent
     * @param sentAt time since the beginning of the run, in milliseconds
     */
    public Sent(EventKey key, String topic, String node, long sentAt) {
        this.key = key;
        this.topic = topic;
        this.node = node;
        this.sentAt = sentAt;
    }

    /** Notes the answer; {@code at} is the position, if it was told. */
    public void answered(Outcome answer, @Nullable Position at) {
        outcome = answer;
        position = at;
    }

    public EventKey key() {
        return key;
    }

    public String topic() {
        return topic;
    }

    public String node() {
        return node;
    }

    public long sentAt() {
        return sentAt;
    }

    public Outcome outcome() {
        return outcome;
    }

    public @Nullable Position position() {
        return position;
    }

    @Override
    public String toString() {
        return key + " on " + topic + " by " + node + " at " + sentAt + " ms, " + outcome;
    }
}
