package dev.sprocket.pubsub;

import dev.sprocket.core.flow.DropStats;

/**
 * Listener for changes of topics; see {@link Topics#addListener(java.util.concurrent.Executor, TopicListener)}.
 *
 * <p>Called on the executor with which it was added.
 */
public interface TopicListener {
    /** Called when a topic gets its first subscriber. */
    default void onActive(Topic topic) {}

    /** Called when the last subscriber of a topic has unsubscribed. */
    default void onInactive(Topic topic) {}

    /**
     * Called when events of a topic were dropped for slow readers.
     *
     * <p>One call may report several drops.
     *
     * @param dropStats statistics since the topic became active; an event counts once per subscriber that missed it
     */
    default void onDropped(Topic topic, DropStats dropStats) {}
}
