package dev.sprocket.wamp.internal.session;

import dev.sprocket.core.Message;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.internal.realm.Broker;
import dev.sprocket.wamp.server.WampProtocol;

/** Session of either WAMP version, as {@link WampProtocol} and {@link Broker} use it. */
public interface WampSession extends WampConnection {
    /** Returns the event format of the connection. */
    EventFormat format();

    /** Runs a callback at the end of the connection, before {@code onClose}; failures are isolated. */
    void runAtEnd(ComponentInvoker.Callback<? super WampConnection> callback);

    /** Returns the access control of the realm. */
    AccessControl accessControl();

    void open();

    void receive(Message message);

    /** Answers the requests of a message that a filter has rejected. */
    void reject(Message message, RejectedException rejection);

    void fail(Throwable cause);

    void end();
}
