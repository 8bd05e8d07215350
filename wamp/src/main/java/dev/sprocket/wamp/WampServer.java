package dev.sprocket.wamp;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Key;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.websocket.Subprotocols;
import dev.sprocket.websocket.WsConnection;
import java.util.ArrayList;
import java.util.List;

/**
 * Speaks WAMP v1 (subprotocol {@code wamp}) and keeps track of subscriptions.
 *
 * <p>A message that is not well-formed closes its connection with 1007 and a reason.
 *
 * <p>Threads: as the stack around it.
 */
@Concurrent
public final class WampServer implements MessageComponent<WsConnection, Message>, Subprotocols {
    private static final Key<WampSession> SESSION = Key.of("WAMP session", "was WampServer.onOpen called?");

    private final WampComponent app;
    private final Topics topics;
    private final WampOptions options;

    /** Serves an application with topics of its own. */
    public WampServer(WampComponent app) {
        this(app, new Topics());
    }

    /** Serves an application with topics that it shares with bridges or other servers. */
    public WampServer(WampComponent app, Topics topics) {
        this(app, topics, WampOptions.DEFAULT);
    }

    /** As above, with options. */
    public WampServer(WampComponent app, Topics topics, WampOptions options) {
        this.app = app;
        this.topics = topics;
        this.options = options;
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

    @Override
    public void onOpen(WsConnection conn) {
        WampSession session = new WampSession(app, conn, topics, options);
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
