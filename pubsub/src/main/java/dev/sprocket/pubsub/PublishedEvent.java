package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Published event with its topic and number.
 *
 * @param topic name of the topic on which it was published
 * @param event content of the event
 * @param number number of the event; numbers of one topic increase in the order of publishing
 * @param match match policy of the recipients' subscription
 * @param pattern topic or pattern of the recipients' subscription
 * @param publication publication id of an event in a log; otherwise 0
 * @param position position in the log of the topic; null if the topic has none
 */
@ThreadSafe
public record PublishedEvent(
        String topic,
        Event event,
        long number,
        MatchPolicy match,
        String pattern,
        long publication,
        @Nullable Position position) {
    /** Creates an event for the subscribers of exactly its topic. */
    public PublishedEvent(String topic, Event event, long number) {
        this(topic, event, number, MatchPolicy.EXACT, topic);
    }

    /** Creates an event for the subscribers of a topic or pattern, without a log. */
    public PublishedEvent(String topic, Event event, long number, MatchPolicy match, String pattern) {
        this(topic, event, number, match, pattern, 0, null);
    }
}
