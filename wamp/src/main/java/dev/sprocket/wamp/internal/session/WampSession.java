package dev.sprocket.wamp.internal.session;

import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.wamp.WampConnection;
import java.util.Collection;

/** Session of either WAMP version that has joined a realm, as the realm sees it. */
public interface WampSession extends WampConnection {
    /** Returns the subscriber that delivers events to this session. */
    Subscriber subscriber();

    /** Returns the memory that the realm holds for this session. */
    MemoryUsage memoryUsage();

    /** Returns the access control of the realm. */
    SessionAccess accessControl();

    /** Runs a callback at the end of the connection, before {@code onClose}; failures are isolated. */
    void runAtEnd(ComponentInvoker.Callback<? super WampConnection> callback);

    @Override
    default Collection<Topic> subscriptions() {
        return subscriber().topics();
    }
}
