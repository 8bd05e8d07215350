package dev.sprocket.wamp.internal.session;

import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.internal.access.AccessChecks;
import dev.sprocket.pubsub.internal.access.CheckedPeer;
import dev.sprocket.wamp.WampConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Session of either WAMP version that has joined a realm, as the realm sees it. */
public interface WampSession extends WampConnection, CheckedPeer {
    /** Returns the subscriber that delivers events to this session. */
    Subscriber subscriber();

    /** Returns the memory that the realm holds for this session. */
    MemoryUsage memoryUsage();

    /** Returns the access control of the realm. */
    SessionAccess accessControl();

    /** Reports whether this session may subscribe to a reserved topic, for notices. */
    default boolean isNoticeTopic(String uri) {
        return uri.equals(SessionAuthentication.EXPIRING) || uri.equals(GapNotices.TOPIC);
    }

    /** Runs a callback at the end of the connection, before {@code onClose}; failures are isolated. */
    void runAtEnd(ComponentInvoker.Callback<? super WampConnection> callback);

    /** Returns the checks of all rights that the session uses now. */
    default Collection<AccessChecks.Check> rights() {
        List<AccessChecks.Check> all = new ArrayList<>();
        subscriber().topics().forEach(topic -> all.add(done -> recheck(topic, done)));
        return all;
    }

    /** Checks the rights again if the policy has changed since a decision. */
    default void recheckAfter(long version) {
        if (accessControl().version() != version) {
            AccessChecks.run(this, rights());
        }
    }

    @Override
    default Collection<Topic> subscriptions() {
        return subscriber().topics();
    }
}
