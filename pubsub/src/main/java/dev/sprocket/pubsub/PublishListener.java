package dev.sprocket.pubsub;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/**
 * Listener for all published events; see {@link Topics#addListener(PublishListener)}.
 *
 * <p>Events without subscribers are included. Called on the publishing thread; must return quickly.
 */
@FunctionalInterface
public interface PublishListener {
    /** Called for an event that was published and is being delivered to its subscribers. */
    void onPublished(PublishedEvent published, Audience audience);

    /**
     * Removes the events that this listener retains of a topic.
     *
     * @return false if there are none; the default implementation retains no events
     */
    @CanIgnoreReturnValue
    default boolean clearRetained(String topic) {
        return false;
    }
}
