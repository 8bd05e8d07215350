package dev.sprocket.wamp;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.RejectedException;
import dev.sprocket.core.spi.RejectionListener;
import dev.sprocket.websocket.Subprotocols;
import dev.sprocket.websocket.WsConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Speaks WAMP v1 (subprotocol {@code wamp}), and leaves topics to the component above. Below {@link WampServer} it speaks WAMP v2,
 * too ({@code wamp.2.json} and so on).
 *
 * <p>A message that is not well-formed closes its connection with 1007 and a reason; under WAMP v2 it is answered with ABORT
 * and {@code wamp.error.protocol_violation}.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class WampProtocol
        implements MessageComponent<WsConnection, Message>, Subprotocols, RejectionListener<WsConnection> {
    private static final AttributeKey<WampSession> SESSION =
            AttributeKey.of("WAMP session", "was WampProtocol.onOpen called?");

    final RawWampComponent app;
    final WampOptions options;
    final AccessControl accessControl;
    final LongAdder malformed;
    /** The realm of clients of WAMP v1; null if the application keeps its own topics. */
    final @Nullable Realm realm;
    /** Whether clients of WAMP v1 are admitted at all. */
    final boolean v1Enabled;

    private final @Nullable V2Server v2;
    private final Map<String, WireFormat> wireFormats;

    /** Serves an application that keeps its own topics. */
    public WampProtocol(RawWampComponent app) {
        this(app, WampOptions.DEFAULT);
    }

    /** As above, with options; those that are about subscriptions are the application's business. */
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

    private WampProtocol(WampProtocol both) {
        this.app = both.app;
        this.options = both.options;
        this.accessControl = both.accessControl;
        this.malformed = both.malformed;
        this.realm = both.realm;
        this.v1Enabled = false;
        this.v2 = both.v2;
        this.wireFormats = both.wireFormats;
    }

    /** The same protocol without WAMP v1. */
    WampProtocol onlyV2() {
        return new WampProtocol(this);
    }

    /** The application's own, those of WAMP v2 if it is spoken, and {@code wamp}. */
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

    /** Throws {@link IllegalStateException} if WAMP v2 is not spoken. */
    MessageComponent<RawSocketConnection, Message> overRawSocket() {
        if (v2 == null) {
            throw new IllegalStateException("no WAMP v2 (expected: WampServer)");
        }
        return new V2OverRawSocket(v2);
    }

    /** Counts the handshakes of both versions; null if the application keeps its own topics, where v1 needs none. */
    @Nullable
    V2Server v2Server() {
        return v2;
    }

    /** How many connections are before their WELCOME. */
    int pendingHandshakes() {
        return v2 == null ? 0 : v2.pendingHandshakes().get();
    }

    /** How many connections have been closed because of a message that was not well-formed. */
    public long malformed() {
        return malformed.sum();
    }

    /** How often something has been denied by the {@link Authorizer}. */
    public long denied() {
        return v2 == null ? accessControl.denied() : v2.realms().denied();
    }

    @Override
    public void onOpen(WsConnection conn) {
        WireFormat wire = conn.subprotocol().map(wireFormats::get).orElse(null);
        WampSession session = v2 == null || wire == null ? new V1Session(this, conn) : new V2Session(v2, conn, wire);
        SESSION.set(conn, session);
        session.open();
    }

    @Override
    public void onMessage(WsConnection from, Message message) {
        SESSION.get(from).receive(message);
    }

    /** Every request of the message is answered with an error; version 1 can answer calls only. */
    @Override
    public void onRejected(WsConnection from, Message message, RejectedException why) {
        SESSION.get(from).reject(message, why);
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
