package dev.sprocket.bench.peer;

import dev.sprocket.bench.client.WampText;
import java.net.InetSocketAddress;
import java.util.List;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.protocols.Protocol;
import org.java_websocket.server.WebSocketServer;

/** Java-WebSocket with one selector and one decoder thread. Uses its own {@code broadcast}. */
final class JavaWebSocketPeer implements Peer {
    public static void main(String[] args) throws Exception {
        Peer.main(new JavaWebSocketPeer(), args);
    }

    @Override
    public void start(int port, Mode mode) {
        WebSocketServer server = new PeerServer(port, mode);
        server.setTcpNoDelay(true);
        server.setConnectionLostTimeout(0);
        server.setMaxPendingConnections(4096);
        server.start();
    }

    private static final class PeerServer extends WebSocketServer {
        private final Mode mode;
        private final Subscriptions<WebSocket> rooms = new Subscriptions<>((room, event) -> broadcast(event, room));

        PeerServer(int port, Mode mode) {
            super(
                    new InetSocketAddress("127.0.0.1", port),
                    1,
                    List.of(new Draft_6455(List.of(), List.of(new Protocol(mode == Mode.ECHO ? "" : "wamp")))));
            this.mode = mode;
        }

        @Override
        public void onOpen(WebSocket conn, ClientHandshake handshake) {
            if (mode == Mode.FANOUT) {
                conn.send(WampText.WELCOME);
            }
        }

        @Override
        public void onMessage(WebSocket conn, String message) {
            if (mode == Mode.ECHO) {
                conn.send(message);
            } else {
                rooms.message(conn, message);
            }
        }

        @Override
        public void onClose(WebSocket conn, int code, String reason, boolean remote) {
            rooms.unsubscribe(conn);
        }

        @Override
        public void onError(WebSocket conn, Exception e) {}

        @Override
        public void onStart() {}
    }
}
