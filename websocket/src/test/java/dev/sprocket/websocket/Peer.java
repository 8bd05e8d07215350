package dev.sprocket.websocket;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** In-memory WebSocket client for tests. */
final class Peer implements AfterEachCallback, AutoCloseable {
    final Wire wire = new Wire();

    /** Connects this client to a server, without a handshake. */
    @CanIgnoreReturnValue
    Peer serve(WsServer server) {
        IoServer.attach(wire.channel(), new HttpServer(server));
        return this;
    }

    /** Connects this client to a component and performs the handshake. */
    @CanIgnoreReturnValue
    Peer connect(MessageComponent<? super WsConnection, ? super Message> app) {
        return connect(new WsServer(app));
    }

    @CanIgnoreReturnValue
    Peer connect(WsServer server) {
        RawResponse response = serve(server).request(ClientFrames.HANDSHAKE);
        if (response.status() != 101) {
            throw new AssertionError("handshake rejected: " + response);
        }
        return this;
    }

    @CanIgnoreReturnValue
    RawResponse request(String request) {
        wire.send(request);
        return RawResponse.of(wire.received());
    }

    @CanIgnoreReturnValue
    Peer send(byte[]... frames) {
        wire.send(ClientFrames.join(frames));
        return this;
    }

    /** Returns the frames that were received since the last call. */
    List<String> received() {
        return ClientFrames.read(wire.receivedBytes());
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
