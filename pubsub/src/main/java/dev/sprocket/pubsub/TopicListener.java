package dev.sprocket.pubsub;

import dev.sprocket.core.DropStats;

/**
 * Hears what becomes of topics; see {@link Topics#addListener}.
 *
 * <p>Threads: the executor that it was added with.
 */
public interface TopicListener {
    /** A topic that had no subscribers has one. */
    default void onActive(Topic topic) {}

    /** The last subscriber of a topic has left. */
    default void onInactive(Topic topic) {}

    /**
     * Events of a topic were dropped because subscribers read too slowly; many such losses may be told as one.
     *
     * @param losses all that the topic has lost since it was filled, each subscriber's events counted by themselves
     */
    default void onDropped(Topic topic, DropStats losses) {}
}
