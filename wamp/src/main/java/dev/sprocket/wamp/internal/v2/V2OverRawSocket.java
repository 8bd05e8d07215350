package dev.sprocket.wamp.internal.v2;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.wamp.internal.message.WireFormat;
import dev.sprocket.wamp.internal.message.WireFormats;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.rawsocket.RawSocketConnection;
import dev.sprocket.wamp.spi.Serializer;

/**
 * Serves WAMP v2 over {@link RawSocket}.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class V2OverRawSocket implements MessageComponent<RawSocketConnection, Message> {
    private static final AttributeKey<V2Session> SESSION =
            AttributeKey.of("WAMP session", "was V2OverRawSocket.onOpen called?");

    private final V2Server server;

    public V2OverRawSocket(V2Server server) {
        this.server = server;
    }

    @Override
    public void onOpen(RawSocketConnection conn) {
        Serializer serializer = WireFormats.serializers().stream()
                .filter(candidate -> candidate.name().equals(conn.serializer()))
                .findFirst()
                .orElseThrow();
        V2Session session = new V2Session(server, conn, new WireFormat(serializer, false, conn.limit()));
        SESSION.set(conn, session);
        session.open();
    }

    @Override
    public void onMessage(RawSocketConnection from, Message message) {
        SESSION.get(from).receive(message);
    }

    @Override
    public void onError(RawSocketConnection conn, Throwable cause) throws Exception {
        V2Session session = SESSION.peek(conn);
        if (session != null) {
            session.fail(cause);
        } else {
            MessageComponent.super.onError(conn, cause);
        }
    }

    @Override
    public void onClose(RawSocketConnection conn) {
        V2Session session = SESSION.peek(conn);
        if (session != null) {
            session.end();
        }
    }
}
