package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.pattern.MatchPolicy;

/**
 * Published event with its topic and number.
 *
 * @param topic name of the topic on which it was published
 * @param event content of the event
 * @param number number of the event; numbers of one topic increase in the order of publishing
 * @param match match policy of the recipients' subscription
 * @param pattern topic or pattern of the recipients' subscription
 */
@ThreadSafe
public record PublishedEvent(String topic, Event event, long number, MatchPolicy match, String pattern) {
    /** Creates an event for the subscribers of exactly its topic. */
    public PublishedEvent(String topic, Event event, long number) {
        this(topic, event, number, MatchPolicy.EXACT, topic);
    }
}
