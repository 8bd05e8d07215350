package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import java.util.Optional;

/**
 * A page that listens to an {@link EventStream}. It has no messages to send: what it wants to say are requests of their own.
 */
@ThreadSafe
public interface SseConnection extends Connection {
    /**
     * Sends an event, which may be dropped if the peer reads too slowly and the server is told to drop.
     *
     * @return false if the connection is closed, or the event dropped at once
     */
    boolean send(SseEvent event);

    /**
     * Sends a text as the data of an event.
     *
     * @return false if the connection is closed, or the message is binary, which events cannot be
     */
    @Override
    boolean send(Message message);

    /**
     * The {@code Last-Event-ID} header: the last event that the browser saw before it lost the connection. The server does
     * not repeat events on its own; a component that keeps them may.
     */
    Optional<String> lastEventId();
}
