package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Registry as a topic handle sees it. */
@ThreadSafe
interface TopicRegistry {
    /** Returns the live state of a topic or pattern; null if it has no subscribers. */
    @Nullable
    TopicState find(Topic topic);

    /** Publishes an event to the subscribers of a topic and its matching patterns. Returns their number. */
    int publish(Topic topic, Event event, Audience audience, Object publisher);

    /** Returns the settings of a topic. */
    TopicSettings settings(Topic topic);

    /** Publishes an event behind the earlier ones of its publisher. */
    CompletionStage<Published> publishLater(Topic topic, Event event, Audience audience, Object publisher);

    /** Adds a subscriber, and delivers the events that it missed after a position. */
    CompletionStage<Subscribed> subscribe(
            Topic topic, Subscriber subscriber, @Nullable Position after, Gap.Action onGap);

    /** Finds what a subscriber that returns with a position would receive. */
    CompletionStage<Subscribed> find(Topic topic, Position after, Gap.Action onGap);

    /** Adds a subscriber that begins as found; returns false if it was subscribed already. */
    boolean subscribe(Topic topic, Subscriber subscriber, Subscribed found);

    /** Adds a subscriber for the events after a position. */
    boolean subscribe(Topic topic, Subscriber subscriber, Position newest);

    /** Calls back with the position of the last event that a subscriber has received. */
    void position(Topic topic, Subscriber subscriber, Consumer<@Nullable Position> callback);

    /** Adds a subscriber; returns false if it was subscribed already. */
    boolean subscribe(Topic topic, Subscriber subscriber);

    /** Removes a subscriber; returns false if it was not subscribed. */
    boolean unsubscribe(Topic topic, Subscriber subscriber);
}
