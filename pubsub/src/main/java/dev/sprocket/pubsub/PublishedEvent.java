package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * An event that was published, as formats see it.
 *
 * @param topic where
 * @param event what
 * @param number which one: those of one topic rise in the order of publishing
 * @param through what the subscribers have subscribed to: the topic, or a pattern
 */
@ThreadSafe
public record PublishedEvent(Topic topic, Event event, long number, Topic subscribedTopic) {}
