package dev.sprocket.wamp.internal.session;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Message;

/** Session of either WAMP version, as its transport sees it. */
public interface SessionHandler {
    /** Called when the connection of the transport has opened. */
    void open();

    /** Called for each message of the client. */
    void receive(Message message);

    /** Answers the requests of a message that a filter has rejected. */
    void reject(Message message, CloseReason.Rejection rejection);

    /** Called after a failure below or in a callback. */
    void fail(Throwable cause);

    /** Called when the connection of the transport has closed. */
    void end();
}
