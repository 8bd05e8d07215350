package dev.sprocket.core;

/**
 * A connection that is sent objects, which leave as JSON text. Threads: any.
 *
 * @param <T> what is sent and received
 */
public interface JsonConnection<T> extends Connection {
    /**
     * Queues an object as JSON.
     *
     * @return false if it will not be sent, as {@link #send(Message)}
     */
    boolean send(T value);
}
