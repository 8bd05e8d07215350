package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * Published event with its topic and number.
 *
 * @param topic topic on which it was published
 * @param event content of the event
 * @param number number of the event; numbers of one topic increase in the order of publishing
 * @param subscribedTopic topic or pattern to which the recipients are subscribed
 */
@ThreadSafe
public record PublishedEvent(Topic topic, Event event, long number, Topic subscribedTopic) {}
