package dev.sprocket.pubsub;

/**
 * Hears of all that is published, whether or not anybody has subscribed; see {@link Topics#listen(PublishListener)}.
 *
 * <p>Threads: whichever publishes; it should be quick.
 */
@FunctionalInterface
public interface PublishListener {
    /** Something was published, and is on its way to those who have subscribed. */
    void onPublished(Published published, Audience audience);
}
