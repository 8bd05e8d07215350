package dev.sprocket.wamp;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.websocket.Subprotocols;
import dev.sprocket.websocket.WsConnection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Speaks both generations of WAMP, and keeps track of subscriptions: clients of v1 and v2 share the topics of an application,
 * and call the same procedures, be they the application's or a client's of v2.
 *
 * <p>What v1 says as one value is for v2 the one argument. What v2 says is for v1 {@code null} if there are no arguments, the
 * argument if there is one, a list if there are several; an object if they are by name; and <code>{"args": […], "kwargs":
 * {…}}</code> if there are some of both kinds.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class WampServer extends ForwardingComponent<WsConnection, Message> implements Subprotocols {
    private final WampProtocol protocol;

    /** Serves an application with topics of its own, as {@link Realm#DEFAULT_NAME}. */
    public WampServer(WampComponent app) {
        this(app, new Topics());
    }

    /** Serves an application with topics that it shares with bridges or other servers. */
    public WampServer(WampComponent app, Topics topics) {
        this(app, topics, WampOptions.DEFAULT);
    }

    /** As above, with options. */
    public WampServer(WampComponent app, Topics topics, WampOptions options) {
        this(new Realm(Realm.DEFAULT_NAME, app, topics).options(options));
    }

    /** Serves several realms; clients of WAMP v1 are in the first one. */
    public WampServer(Realm... realms) {
        this(name -> Optional.empty(), realms);
    }

    /**
     * Serves several realms, and makes others when somebody wants to join them.
     *
     * @param maker makes the realm of a name, or decides that there is none; called by any thread, and for as many names as
     *     clients think of
     */
    public WampServer(Function<String, Optional<Realm>> maker, Realm... realms) {
        this(new WampProtocol(new RealmRegistry(maker, realms)));
    }

    private WampServer(WampProtocol protocol) {
        super(protocol);
        this.protocol = protocol;
    }

    /** The same realms without WAMP v1: its subprotocol is not offered, and clients without a subprotocol are refused. */
    public WampServer onlyV2() {
        return new WampServer(protocol.onlyV2());
    }

    /** The application's own, those of WAMP v2 and {@code wamp}. */
    @Override
    public List<String> subprotocols() {
        return protocol.subprotocols();
    }

    /** The same realms for clients that come by {@link RawSocket}. */
    public MessageComponent<RawSocketConnection, Message> overRawSocket() {
        return protocol.overRawSocket();
    }

    /** As {@link WampProtocol#malformed}. */
    public long malformed() {
        return protocol.malformed();
    }

    /** As {@link WampProtocol#denied}. */
    public long denied() {
        return protocol.denied();
    }
}
