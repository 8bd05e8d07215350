package dev.sprocket.core.json;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;

/**
 * Connection that sends objects as JSON text.
 *
 * @param <T> type of the sent and received objects
 */
@ThreadSafe
public interface JsonConnection<T> extends Connection {
    /**
     * Queues an object as JSON.
     *
     * @return false if it will not be sent, as for {@link #send(Message)}
     */
    @CanIgnoreReturnValue
    boolean send(T value);
}
