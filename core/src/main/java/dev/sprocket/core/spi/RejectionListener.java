package dev.sprocket.core.spi;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;

/**
 * Hears of a message that a filter did not pass on, such as a rate limit, so that the peer can be told.
 *
 * <p>A component inside of the filter implements it, to answer in the words of its protocol; so does a connection whose
 * peer waits for the result of each message.
 *
 * <p>Threads: as the callbacks of the filter.
 */
public interface RejectionListener<C extends Connection> {
    /**
     * The message was refused, and is not delivered.
     *
     * @param message valid during this call
     */
    void onRejected(C conn, Message message, RejectedException why) throws Exception;
}
