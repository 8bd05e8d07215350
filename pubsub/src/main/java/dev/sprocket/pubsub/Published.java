package dev.sprocket.pubsub;

/**
 * An event that was published, as formats see it.
 *
 * <p>Threads: any; it does not change.
 *
 * @param topic where
 * @param event what
 * @param number which one: those of one topic rise in the order of publishing
 * @param through what the subscribers have subscribed to: the topic, or a pattern
 */
public record Published(Topic topic, Event event, long number, Topic through) {}
