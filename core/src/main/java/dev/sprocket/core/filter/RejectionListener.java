package dev.sprocket.core.filter;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.Rejection;

/**
 * Notified of messages that a filter such as a rate limit rejected.
 *
 * <p>Implemented by a component inside the filter that reports the rejection to the peer in its protocol, and by
 * connections whose peer waits for the result of each message.
 *
 * <p>Called on the threads of the filter's callbacks.
 */
public interface RejectionListener<C extends Connection> {
    /**
     * Called for a message that was rejected and is not delivered.
     *
     * @param message valid during this call
     */
    void onRejected(C conn, Message message, Rejection cause) throws Exception;
}
