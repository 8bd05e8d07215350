package dev.sprocket.wamp;

import dev.sprocket.core.Message;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.RejectedException;
import dev.sprocket.pubsub.EventFormat;

/** What {@link WampProtocol} and {@link Broker} need of a session, in whatever version of WAMP it speaks. */
interface WampSession extends WampConnection {
    /** How an event looks on its wire. */
    EventFormat format();

    /** Runs a callback that belongs to the end of the connection, before {@code onClose} is done; its failure is its own. */
    void runAtEnd(ComponentInvoker.Callback<? super WampConnection> callback);

    /** The access rules of its realm. */
    AccessControl accessControl();

    void open();

    void receive(Message message);

    /** Answers what a message asks for: it was dropped by a filter. */
    void reject(Message message, RejectedException why);

    void fail(Throwable cause);

    void end();
}
