package dev.sprocket.pubsub;

/**
 * Hears of all that is published, whether or not anybody has subscribed; see {@link Topics#addListener(PublishListener)}.
 *
 * <p>Threads: whichever publishes; it should be quick.
 */
@FunctionalInterface
public interface PublishListener {
    /** Something was published, and is on its way to those who have subscribed. */
    void onPublished(PublishedEvent published, Audience audience);

    /** Removes the events that it retains of a topic. Returns false if there are none, as always unless overridden. */
    default boolean clearRetained(String topic) {
        return false;
    }
}
