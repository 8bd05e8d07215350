package dev.sprocket.bench.peer;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;

/** The complete Sprocket stack, built like in an application. */
public final class SprocketPeer implements Peer {
    /** Broadcasts all published events without access control. */
    @ConcurrentComponent
    public static final class OpenTopics implements WampComponent {
        @Override
        public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
            topic.broadcast(event, audience);
        }
    }

    public static void main(String[] args) throws Exception {
        Peer.main(new SprocketPeer(), args);
    }

    @Override
    public void start(int port, Mode mode) throws Exception {
        server(port, mode).start();
    }

    public static IoServer server(int port, Mode mode) {
        MessageComponent<? super WsConnection, ? super Message> app =
                mode == Mode.ECHO ? new EchoServer() : new WampServer(new OpenTopics());
        return new IoServer("127.0.0.1", port, EventLoops.single(), new HttpServer(new WsServer(app)));
    }
}
