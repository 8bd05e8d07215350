package dev.sprocket.wamp;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Key;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.websocket.Subprotocols;
import dev.sprocket.websocket.WsConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Speaks WAMP v1 (subprotocol {@code wamp}), and leaves topics to the component above.
 *
 * <p>A message that is not well-formed closes its connection with 1007 and a reason.
 *
 * <p>Threads: as the stack around it.
 */
@Concurrent
public final class WampProtocol implements MessageComponent<WsConnection, Message>, Subprotocols {
    private static final Key<WampSession> SESSION = Key.of("WAMP session", "was WampProtocol.onOpen called?");

    final WampRouter app;
    final WampOptions options;
    final Authorization authorization;
    final LongAdder malformed = new LongAdder();

    /** Serves an application that keeps its own topics. */
    public WampProtocol(WampRouter app) {
        this(app, WampOptions.DEFAULT);
    }

    /** As above, with options; those that are about subscriptions are the application's business. */
    public WampProtocol(WampRouter app, WampOptions options) {
        this.app = app;
        this.options = options;
        this.authorization = new Authorization(options.authorizer());
    }

    /** The application's own, and {@code wamp}. */
    @Override
    public List<String> subprotocols() {
        List<String> all = new ArrayList<>();
        if (app instanceof Subprotocols own) {
            all.addAll(own.subprotocols());
        }
        all.add("wamp");
        return all;
    }

    /** How many connections have been closed because of a message that was not well-formed. */
    public long malformed() {
        return malformed.sum();
    }

    /** How often something has been denied by the {@link Authorizer}. */
    public long denied() {
        return authorization.denied();
    }

    @Override
    public void onOpen(WsConnection conn) {
        WampSession session = new V1Session(this, conn);
        SESSION.set(conn, session);
        session.open();
    }

    @Override
    public void onMessage(WsConnection from, Message message) {
        SESSION.get(from).receive(message);
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
