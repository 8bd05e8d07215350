package dev.sprocket.wamp;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import java.util.Collection;

/** WAMP session, as components see it. */
@ThreadSafe
public interface WampConnection extends Connection {
    /**
     * Returns the id of the session, which cannot be guessed.
     *
     * <p>Audiences consist of these ids.
     */
    String sessionId();

    /** Returns the current subscriptions; empty for a {@link RawWampComponent}, which keeps its own. */
    Collection<Topic> subscriptions();

    /**
     * Sends an event to this connection only. Returns false if it is not sent.
     *
     * <p>A WAMP v1 client receives it subscribed or not; a WAMP v2 client must be subscribed to the topic.
     */
    @CanIgnoreReturnValue
    boolean event(String topic, Event event);

    /**
     * Sends an event of a topic to this connection only. Returns false if it is not sent.
     *
     * <p>A WAMP v1 client receives it subscribed or not; a WAMP v2 client must be subscribed to the topic.
     */
    @CanIgnoreReturnValue
    default boolean event(Topic topic, Event event) {
        return event(topic.id(), event);
    }

    /**
     * Tells the client that it may write {@code prefix:x} for {@code uri + x}.
     *
     * <p>WAMP v1 only. Returns false if the connection is closed or uses WAMP v2.
     */
    @CanIgnoreReturnValue
    boolean prefix(String prefix, String uri);

    /** Closes the connection, with code and reason if the transport supports them (RFC 6455 7.4). */
    void close(int code, String reason);
}
