package dev.sprocket.bench.peer;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.Deflate;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.io.IOException;
import java.nio.file.Path;

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

    @Override
    public void start(Arguments arguments) throws Exception {
        server(arguments.port(), arguments.setup(), arguments.certificate).start();
    }

    public static IoServer server(int port, Mode mode) throws IOException {
        return server(port, Setup.of(mode), Path.of(""));
    }

    /**
     * Creates the server.
     *
     * @param certificate folder with the files of {@link ServerCertificate}, for TLS
     */
    public static IoServer server(int port, Setup setup, Path certificate) throws IOException {
        WsServer websocket = new WsServer(app(setup));
        IoServer.Builder server = IoServer.builder(
                        new HttpServer(setup.deflate() ? websocket.compress(Deflate.DEFAULT) : websocket))
                .bind("127.0.0.1", port)
                .loops(EventLoops.single());
        if (setup.tls() != null) {
            server.tls(Tls.builder()
                    .pem(ServerCertificate.certificate(certificate), ServerCertificate.key(certificate))
                    .provider(setup.tls())
                    .build());
        }
        return server.build();
    }

    private static MessageComponent<? super WsConnection, ? super Message> app(Setup setup) {
        if (setup.mode() == Mode.ECHO) {
            return new EchoServer();
        }
        if (setup.mode() == Mode.HISTORY) {
            MeasuredLog log = new MeasuredLog();
            return new WampServer(log, log.topics(setup.history()));
        }
        TopicSettings settings = setup.history() == 0
                ? TopicSettings.DEFAULT
                : TopicSettings.DEFAULT.history(setup.history(), MeasuredLog.TTL);
        return new WampServer(new OpenTopics(), new Topics(id -> settings));
    }
}
