package dev.sprocket.wamp.server;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.Authorizer;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.internal.realm.RealmRegistry;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.rawsocket.RawSocketConnection;
import dev.sprocket.websocket.Subprotocols;
import dev.sprocket.websocket.WsConnection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Serves WAMP v1 and v2, and keeps subscriptions and registrations.
 *
 * <p>Clients of both versions share the topics of an application, and call the same procedures of the application
 * and of v2 clients.
 *
 * <p>A value of v1 becomes the only argument in v2. The arguments of v2 become one value in v1: {@code null} if
 * there are none, the argument itself if there is one, a list if there are several, an object for keyword arguments
 * only, and <code>{"args": […], "kwargs": {…}}</code> for both kinds.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class WampServer extends ForwardingComponent<WsConnection, Message> implements Subprotocols {
    private final WampProtocol protocol;

    /** Serves an application with its own topics, as {@link Realm#DEFAULT_NAME}. */
    public WampServer(WampComponent app) {
        this(app, new Topics());
    }

    /** Serves an application with topics shared with bridges or other servers. */
    public WampServer(WampComponent app, Topics topics) {
        this(app, topics, WampOptions.DEFAULT);
    }

    /** Serves an application with shared topics and options. */
    public WampServer(WampComponent app, Topics topics, WampOptions options) {
        this(new Realm(Realm.DEFAULT_NAME, app, topics).options(options));
    }

    /** Serves several realms; clients of WAMP v1 join the first one. */
    public WampServer(Realm... realms) {
        this(name -> Optional.empty(), realms);
    }

    /**
     * Serves several realms, and creates further ones when a client wants to join them.
     *
     * @param factory creates the realm of a name, or returns empty if there is none; called by any thread, for any
     *     name that clients send
     * @param realms realms that exist from the start; clients of WAMP v1 join the first one
     */
    public WampServer(Function<String, Optional<Realm>> factory, Realm... realms) {
        this(new WampProtocol(new RealmRegistry(factory, realms)));
    }

    private WampServer(WampProtocol protocol) {
        super(protocol);
        this.protocol = protocol;
    }

    /**
     * Returns a server of the same realms without WAMP v1.
     *
     * <p>The subprotocol of v1 is not offered, and clients without a subprotocol are refused.
     */
    public WampServer onlyV2() {
        return new WampServer(protocol.onlyV2());
    }

    /** Returns the subprotocols of the application, of WAMP v2, and {@code wamp}. */
    @Override
    public List<String> subprotocols() {
        return protocol.subprotocols();
    }

    /** Returns a component that serves the same realms over {@link RawSocket}. */
    public MessageComponent<RawSocketConnection, Message> overRawSocket() {
        return protocol.overRawSocket();
    }

    /** Returns the number of connections closed because of malformed messages. */
    public long malformed() {
        return protocol.malformed();
    }

    /** Returns the number of requests denied by the {@link Authorizer}. */
    public long denied() {
        return protocol.denied();
    }
}
