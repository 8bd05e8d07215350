package dev.sprocket.websocket;

import dev.sprocket.core.IoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpServer;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A client that has shaken hands with a component, or is about to. */
final class Peer implements AfterEachCallback, AutoCloseable {
    final Wire wire = new Wire();

    /** Serves a component to this peer. */
    Peer serve(WsServer server) {
        IoServer.attach(wire.channel(), new HttpServer(server));
        return this;
    }

    /** Serves a component to this peer, and shakes hands. */
    Peer connect(MessageComponent<? super WsConnection, ? super Message> app) {
        return connect(new WsServer(app));
    }

    Peer connect(WsServer server) {
        RawResponse answer = serve(server).ask(Client.HANDSHAKE);
        if (answer.status() != 101) {
            throw new AssertionError("refused: " + answer);
        }
        return this;
    }

    RawResponse ask(String request) {
        wire.send(request);
        return RawResponse.of(wire.received());
    }

    Peer send(byte[]... frames) {
        wire.send(Client.join(frames));
        return this;
    }

    /** The frames that have come since the last time. */
    List<String> received() {
        return Client.read(wire.receivedBytes());
    }

    boolean isOpen() {
        return wire.isOpen();
    }

    @Override
    public void close() {
        wire.close();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close();
    }
}
