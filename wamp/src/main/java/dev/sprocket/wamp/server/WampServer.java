package dev.sprocket.wamp.server;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.internal.message.WireFormat;
import dev.sprocket.wamp.internal.realm.RealmRegistry;
import dev.sprocket.wamp.internal.serializer.Serializers;
import dev.sprocket.wamp.internal.session.HandshakeLimit;
import dev.sprocket.wamp.internal.session.SessionComponent;
import dev.sprocket.wamp.internal.v1.V1Server;
import dev.sprocket.wamp.internal.v1.V1Session;
import dev.sprocket.wamp.internal.v2.V2Server;
import dev.sprocket.wamp.internal.v2.V2Session;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.rawsocket.RawSocketConnection;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

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
public final class WampServer extends ForwardingComponent<WsConnection, Message> implements WsServer.Subprotocols {
    private static final Map<String, WireFormat> WIRE_FORMATS = WireFormat.bySubprotocol();

    private final V1Server v1;
    private final V2Server v2;
    /** Wire formats of WAMP v2 by subprotocol; empty if only v1 is served. */
    private final Map<String, WireFormat> wireFormats;

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
        this(new RealmRegistry(
                name -> factory.apply(name).map(Realm::router),
                Arrays.stream(realms).map(Realm::router).toList()));
    }

    private WampServer(RealmRegistry realms) {
        this(realms, new LongAdder(), new HandshakeLimit());
    }

    private WampServer(RealmRegistry realms, LongAdder malformed, HandshakeLimit handshakes) {
        this(
                new V1Server(realms.first(), malformed, handshakes),
                new V2Server(realms, malformed, handshakes),
                WIRE_FORMATS);
    }

    private WampServer(V1Server v1, V2Server v2, Map<String, WireFormat> wireFormats) {
        super(sessions(v1, v2, wireFormats));
        this.v1 = v1;
        this.v2 = v2;
        this.wireFormats = wireFormats;
    }

    private static SessionComponent<WsConnection> sessions(
            V1Server v1, V2Server v2, Map<String, WireFormat> wireFormats) {
        return new SessionComponent<>(conn -> {
            WireFormat wireFormat = conn.subprotocol().map(wireFormats::get).orElse(null);
            return wireFormat == null ? new V1Session(v1, conn) : new V2Session(v2, conn, wireFormat);
        });
    }

    /**
     * Returns a server of the same realms without WAMP v1.
     *
     * <p>The subprotocol of v1 is not offered, and clients without a subprotocol are refused.
     */
    public WampServer onlyV2() {
        return new WampServer(v1.disabled(), v2, wireFormats);
    }

    /**
     * Returns a server of the same realms without WAMP v2 over WebSocket.
     *
     * <p>The subprotocols of v2 are not offered.
     */
    public WampServer onlyV1() {
        return new WampServer(v1, v2, Map.of());
    }

    /**
     * Returns a server of the same realms with some serializations of WAMP v2 only.
     *
     * <p>RawSocket is not affected.
     *
     * @param names names in subprotocols: {@code json} for {@code wamp.2.json} and {@code wamp.2.json.batched}
     * @throws IllegalArgumentException if a serialization is not available
     */
    public WampServer serializations(Collection<String> names) {
        Map<String, WireFormat> some = new LinkedHashMap<>();
        for (String name : names) {
            if (Serializers.byName(name).isEmpty()) {
                throw new IllegalArgumentException("serialization " + name + " is not available (expected: "
                        + Serializers.all().stream().map(Serializer::name).collect(Collectors.joining(", ")) + ")");
            }
        }
        wireFormats.forEach((subprotocol, format) -> {
            if (names.contains(format.serializer().name())) {
                some.put(subprotocol, format);
            }
        });
        return new WampServer(v1, v2, Collections.unmodifiableMap(some));
    }

    /** Returns the subprotocols of the application, of WAMP v2, and {@code wamp}. */
    @Override
    public List<String> subprotocols() {
        List<String> all = new ArrayList<>(v2.realms().first().subprotocols());
        all.addAll(wireFormats.keySet());
        if (v1.isEnabled()) {
            all.add("wamp");
        }
        return all;
    }

    /** Returns a component that serves the same realms over {@link RawSocket}. */
    public MessageComponent<RawSocketConnection, Message> overRawSocket() {
        return new SessionComponent<>(conn -> {
            Serializer serializer = Serializers.byName(conn.serializer()).orElseThrow();
            return new V2Session(v2, conn, new WireFormat(serializer, false, conn.limit()));
        });
    }

    /** Returns the number of connections closed because of malformed messages. */
    public long malformed() {
        return v1.malformed().sum();
    }

    /** Returns the limit of connections that have not received WELCOME yet. */
    HandshakeLimit handshakes() {
        return v2.handshakes();
    }
}
