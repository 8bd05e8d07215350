package dev.sprocket.bench.peer;

import dev.sprocket.bench.client.WampText;
import java.time.Duration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** Jetty 12 with one selector, shared by its threads. */
final class JettyPeer implements Peer {
    private final Subscriptions<Session> rooms =
            new Subscriptions<>((room, event) -> room.forEach(session -> session.sendText(event, Callback.NOOP)));

    public static void main(String[] args) throws Exception {
        Peer.main(new JettyPeer(), args);
    }

    @Override
    public void start(int port, Mode mode) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        connector.setAcceptQueueSize(4096);
        server.addConnector(connector);
        ContextHandler context = new ContextHandler("/");
        context.setHandler(WebSocketUpgradeHandler.from(server, context, container -> {
            container.setIdleTimeout(Duration.ZERO);
            container.addMapping("/", (request, response, callback) -> {
                if (mode == Mode.ECHO) {
                    return new Echo();
                }
                response.setAcceptedSubProtocol("wamp");
                return new Fanout(rooms);
            });
        }));
        server.setHandler(context);
        server.start();
    }

    /** Echo endpoint. Public because Jetty requires it. */
    public static final class Echo extends Session.Listener.AbstractAutoDemanding {
        @Override
        public void onWebSocketText(String text) {
            getSession().sendText(text, Callback.NOOP);
        }
    }

    /** Publish/subscribe endpoint. Public because Jetty requires it. */
    public static final class Fanout extends Session.Listener.AbstractAutoDemanding {
        private final Subscriptions<Session> rooms;

        Fanout(Subscriptions<Session> rooms) {
            this.rooms = rooms;
        }

        @Override
        public void onWebSocketOpen(Session session) {
            super.onWebSocketOpen(session);
            session.sendText(WampText.WELCOME, Callback.NOOP);
        }

        @Override
        public void onWebSocketText(String text) {
            rooms.message(getSession(), text);
        }

        @Override
        public void onWebSocketClose(int code, String reason, Callback callback) {
            rooms.unsubscribe(getSession());
            callback.succeed();
        }
    }
}
