package dev.sprocket.wamp;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Forwarding;
import dev.sprocket.core.Message;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.websocket.Subprotocols;
import dev.sprocket.websocket.WsConnection;
import java.util.List;

/**
 * Speaks WAMP as {@link WampProtocol} does, and keeps track of subscriptions.
 *
 * <p>Threads: as the stack around it.
 */
@Concurrent
public final class WampServer extends Forwarding<WsConnection, Message> implements Subprotocols {
    private final WampProtocol protocol;

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
        this(new WampProtocol(new Broker(app, topics, options), options));
    }

    private WampServer(WampProtocol protocol) {
        super(protocol);
        this.protocol = protocol;
    }

    /** The application's own, and {@code wamp}. */
    @Override
    public List<String> subprotocols() {
        return protocol.subprotocols();
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
