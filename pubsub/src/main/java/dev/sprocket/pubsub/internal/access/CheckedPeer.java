package dev.sprocket.pubsub.internal.access;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.pubsub.Topic;
import java.util.Optional;

/** Connection of a peer whose subscriptions are checked again when rights change. */
public interface CheckedPeer {
    /** Key for connections that do not implement this interface. */
    AttributeKey<CheckedPeer> KEY = AttributeKey.of("checked peer", "is it the connection of a peer?");

    /** Returns the peer of a connection; empty for a connection that the application subscribes. */
    static Optional<CheckedPeer> of(Connection conn) {
        return conn instanceof CheckedPeer peer ? Optional.of(peer) : KEY.find(conn);
    }

    /**
     * Asks whether a subscription is still allowed, and ends it otherwise.
     *
     * <p>Called on the event loop of the connection.
     *
     * @param done runs when it is decided
     */
    void recheck(Topic topic, Runnable done);
}
