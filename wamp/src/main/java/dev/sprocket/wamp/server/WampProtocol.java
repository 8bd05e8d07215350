package dev.sprocket.wamp.server;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.filter.RejectionListener;
import dev.sprocket.wamp.Authorizer;
import dev.sprocket.wamp.RawWampComponent;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.internal.message.WireFormat;
import dev.sprocket.wamp.internal.message.WireFormats;
import dev.sprocket.wamp.internal.realm.RealmRegistry;
import dev.sprocket.wamp.internal.session.AccessControl;
import dev.sprocket.wamp.internal.session.WampSession;
import dev.sprocket.wamp.internal.v1.V1Session;
import dev.sprocket.wamp.internal.v2.V2OverRawSocket;
import dev.sprocket.wamp.internal.v2.V2Server;
import dev.sprocket.wamp.internal.v2.V2Session;
import dev.sprocket.wamp.rawsocket.RawSocketConnection;
import dev.sprocket.websocket.Subprotocols;
import dev.sprocket.websocket.WsConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Serves WAMP v1 (subprotocol {@code wamp}) to a component with its own topics.
 *
 * <p>Below {@link WampServer} it serves WAMP v2, too (subprotocols {@code wamp.2.json} and others).
 *
 * <p>A malformed message closes the connection with 1007 and a reason; under WAMP v2 it is answered with ABORT and
 * {@code wamp.error.protocol_violation}.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class WampProtocol
        implements MessageComponent<WsConnection, Message>, Subprotocols, RejectionListener<WsConnection> {
    private static final AttributeKey<WampSession> SESSION =
            AttributeKey.of("WAMP session", "was WampProtocol.onOpen called?");

    public final RawWampComponent app;
    public final WampOptions options;
    public final AccessControl accessControl;
    public final LongAdder malformed;
    /** Realm of WAMP v1 clients; null if the application keeps its own topics. */
    public final @Nullable Realm realm;
    /** True if clients of WAMP v1 are admitted. */
    public final boolean v1Enabled;

    private final @Nullable V2Server v2;
    private final Map<String, WireFormat> wireFormats;

    /** Serves an application that keeps its own topics. */
    public WampProtocol(RawWampComponent app) {
        this(app, WampOptions.DEFAULT);
    }

    /**
     * Serves an application that keeps its own topics, with options.
     *
     * <p>Options about subscriptions have no effect; the application enforces them.
     */
    public WampProtocol(RawWampComponent app, WampOptions options) {
        this.app = app;
        this.options = options;
        this.accessControl = new AccessControl(options.authorizer());
        this.malformed = new LongAdder();
        this.realm = null;
        this.v1Enabled = true;
        this.v2 = null;
        this.wireFormats = Map.of();
    }

    WampProtocol(RealmRegistry realms) {
        this.app = realms.first().broker();
        this.options = realms.first().realm().options();
        this.accessControl = realms.first().accessControl();
        this.malformed = new LongAdder();
        this.realm = realms.first().realm();
        this.v1Enabled = true;
        this.v2 = new V2Server(realms, malformed);
        this.wireFormats = WireFormats.bySubprotocol();
    }

    private WampProtocol(WampProtocol original) {
        this.app = original.app;
        this.options = original.options;
        this.accessControl = original.accessControl;
        this.malformed = original.malformed;
        this.realm = original.realm;
        this.v1Enabled = false;
        this.v2 = original.v2;
        this.wireFormats = original.wireFormats;
    }

    /** Returns a protocol of the same realms without WAMP v1. */
    WampProtocol onlyV2() {
        return new WampProtocol(this);
    }

    /** Returns the subprotocols of the application, of WAMP v2 if served, and {@code wamp}. */
    @Override
    public List<String> subprotocols() {
        List<String> all = new ArrayList<>();
        if (app instanceof Subprotocols own) {
            all.addAll(own.subprotocols());
        }
        all.addAll(wireFormats.keySet());
        if (v1Enabled) {
            all.add("wamp");
        }
        return all;
    }

    /** Returns a component for RawSocket. Throws {@link IllegalStateException} without WAMP v2. */
    MessageComponent<RawSocketConnection, Message> overRawSocket() {
        if (v2 == null) {
            throw new IllegalStateException("no WAMP v2 (expected: WampServer)");
        }
        return new V2OverRawSocket(v2);
    }

    /**
     * Returns the shared state of v2 sessions, which also counts handshakes of v1.
     *
     * <p>Null if the application keeps its own topics; v1 needs no handshake then.
     */
    @Nullable
    public V2Server v2Server() {
        return v2;
    }

    /** Returns the number of connections that have not received WELCOME yet. */
    int pendingHandshakes() {
        return v2 == null ? 0 : v2.pendingHandshakes().get();
    }

    /** Returns the number of connections closed because of malformed messages. */
    public long malformed() {
        return malformed.sum();
    }

    /** Returns the number of requests denied by the {@link Authorizer}. */
    public long denied() {
        return v2 == null ? accessControl.denied() : v2.realms().denied();
    }

    @Override
    public void onOpen(WsConnection conn) {
        WireFormat wireFormat = conn.subprotocol().map(wireFormats::get).orElse(null);
        WampSession session =
                v2 == null || wireFormat == null ? new V1Session(this, conn) : new V2Session(v2, conn, wireFormat);
        SESSION.set(conn, session);
        session.open();
    }

    @Override
    public void onMessage(WsConnection from, Message message) {
        SESSION.get(from).receive(message);
    }

    /** Answers every request of a rejected message with an error; under WAMP v1 only calls. */
    @Override
    public void onRejected(WsConnection from, Message message, RejectedException rejection) {
        SESSION.get(from).reject(message, rejection);
    }

    @Override
    public void onError(WsConnection conn, Throwable cause) throws Exception {
        WampSession session = SESSION.peek(conn);
        if (session != null) {
            session.fail(cause);
        } else {
            MessageComponent.super.onError(conn, cause);
        }
    }

    @Override
    public void onClose(WsConnection conn) {
        WampSession session = SESSION.peek(conn);
        if (session != null) {
            session.end();
        }
    }
}
