package dev.sprocket.wamp.server;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.wamp.RawWampComponent;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.internal.session.SessionComponent;
import dev.sprocket.wamp.internal.v1.V1Server;
import dev.sprocket.wamp.internal.v1.V1Session;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.util.ArrayList;
import java.util.List;

/**
 * Serves WAMP v1 (subprotocol {@code wamp}) to a component with its own topics.
 *
 * <p>Most applications use {@link WampServer}, which keeps the topics and serves WAMP v2 as well. A malformed message
 * closes the connection with 1007 and a reason.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class WampProtocol extends ForwardingComponent<WsConnection, Message> implements WsServer.Subprotocols {
    private final V1Server server;

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
        this(new V1Server(app, options));
    }

    private WampProtocol(V1Server server) {
        super(new SessionComponent<WsConnection>(conn -> new V1Session(server, conn)));
        this.server = server;
    }

    /** Returns the subprotocols of the application, and {@code wamp}. */
    @Override
    public List<String> subprotocols() {
        List<String> all = new ArrayList<>();
        if (server.app() instanceof WsServer.Subprotocols own) {
            all.addAll(own.subprotocols());
        }
        all.add("wamp");
        return all;
    }

    /** Returns the number of connections closed because of malformed messages. */
    public long malformed() {
        return server.malformed().sum();
    }
}
