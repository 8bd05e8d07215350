package dev.sprocket.wamp.internal.broker;

import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.wamp.internal.session.WampSession;
import java.util.Set;

/** Session of WAMP v2 that subscribes. */
public interface V2Subscriber extends WampSession {
    /** Returns the id of the session. */
    long id();

    /** Returns the subscriptions of the session. Guarded by the lock of {@link V2Subscriptions}. */
    Set<V2Subscription> joinedSubscriptions();

    /** Sends a retained event after a new subscription. */
    void sendRetained(long subscription, Topic subscribedTopic, PublishedEvent retained);
}
