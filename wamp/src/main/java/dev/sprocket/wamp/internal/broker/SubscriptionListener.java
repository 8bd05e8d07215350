package dev.sprocket.wamp.internal.broker;

/** Notified of subscriptions by {@link V2Subscriptions}, under its lock. */
public interface SubscriptionListener {
    /** Called when the first session has subscribed to a topic or pattern. */
    void created(V2Subscriber subscriber, V2Subscription subscription);

    /** Called when a session has subscribed. */
    void subscribed(V2Subscriber subscriber, V2Subscription subscription);

    /** Called when a session has unsubscribed. */
    void unsubscribed(V2Subscriber subscriber, V2Subscription subscription);

    /** Called when the last session has unsubscribed. */
    void deleted(V2Subscriber subscriber, V2Subscription subscription);
}
