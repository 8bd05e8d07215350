package dev.sprocket.http.sse;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import java.util.Optional;

/**
 * Connection of a page to an {@link EventStream}.
 *
 * <p>The connection is write-only: the page sends data in separate requests.
 */
@ThreadSafe
public interface SseConnection extends Connection {
    /**
     * Sends an event.
     *
     * <p>It may be dropped if the peer reads too slowly and the overflow policy allows it.
     *
     * @return false if the connection is closed, or the event was dropped immediately
     */
    @CanIgnoreReturnValue
    boolean send(SseEvent event);

    /**
     * Sends a text as the data of an event.
     *
     * @return false if the connection is closed, or the message is binary, which Server-Sent Events do not support
     */
    @Override
    @CanIgnoreReturnValue
    boolean send(Message message);

    /**
     * Returns the {@code Last-Event-ID} header: the last event received before a reconnect.
     *
     * <p>The server does not repeat events by itself; a component that stores them may.
     */
    Optional<String> lastEventId();
}
