package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * A connection that is sent objects, which leave as JSON text.
 *
 * @param <T> what is sent and received
 */
@ThreadSafe
public interface JsonConnection<T> extends Connection {
    /**
     * Queues an object as JSON.
     *
     * @return false if it will not be sent, as {@link #send(Message)}
     */
    boolean send(T value);
}
