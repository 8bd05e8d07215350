package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

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
    boolean event(String topic, Event event);

    /**
     * Sends an event of a topic to this connection only. Returns false if it is not sent.
     *
     * <p>A WAMP v1 client receives it subscribed or not; a WAMP v2 client must be subscribed to the topic.
     */
    default boolean event(Topic topic, Event event) {
        return event(topic.id(), event);
    }

    /**
     * Tells the client that it may write {@code prefix:x} for {@code uri + x}.
     *
     * <p>WAMP v1 only. Returns false if the connection is closed or uses WAMP v2.
     */
    boolean prefix(String prefix, String uri);

    /** Answers a call with a result, like {@link Call#result}. */
    default boolean callResult(Call call, @Nullable Object data) {
        return call.result(data);
    }

    /** Answers a call with an error, like {@link Call#error(String, String)}. */
    default boolean callError(Call call, String errorUri, String description) {
        return call.error(errorUri, description);
    }

    /** Answers a call with an error and details, like {@link Call#error(String, String, Object)}. */
    default boolean callError(Call call, String errorUri, String description, @Nullable Object details) {
        return call.error(errorUri, description, details);
    }

    /** Closes the connection, with code and reason if the transport supports them (RFC 6455 7.4). */
    void close(int code, String reason);
}
