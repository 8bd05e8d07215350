package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** A WAMP session, as components see it. */
@ThreadSafe
public interface WampConnection extends Connection {
    /** Who this is, in an audience; cannot be guessed. */
    String sessionId();

    /** The topics that it is subscribed to now; none if the application keeps its own ({@link RawWampComponent}). */
    default Collection<Topic> subscriptions() {
        return Broker.subscriptions(this);
    }

    /** Sends an event to this connection alone, subscribed or not. Returns false if it is closed. */
    boolean event(String topic, Event event);

    /** As {@link #event(String, Event)}. */
    default boolean event(Topic topic, Event event) {
        return event(topic.id(), event);
    }

    /** Tells the client that it may write {@code prefix:x} for {@code uri + x}. Returns false if it is closed. */
    boolean prefix(String prefix, String uri);

    /** As {@link Call#result}. */
    default boolean callResult(Call call, @Nullable Object data) {
        return call.result(data);
    }

    /** As {@link Call#error(String, String)}. */
    default boolean callError(Call call, String errorUri, String description) {
        return call.error(errorUri, description);
    }

    /** As {@link Call#error(String, String, Object)}. */
    default boolean callError(Call call, String errorUri, String description, @Nullable Object details) {
        return call.error(errorUri, description, details);
    }

    /** Closes, with a code and a reason where the transport has them (RFC 6455 7.4). */
    void close(int code, String reason);
}
