package dev.sprocket.checks.cluster;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.bridge.http.HttpPush;
import dev.sprocket.cluster.internal.node.ClusterLog;
import dev.sprocket.cluster.memory.MemoryEngine;
import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.InOrder;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.sse.SseSubscriber;
import dev.sprocket.testkit.HttpPeer;
import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.testkit.VirtualClock;
import dev.sprocket.testkit.WampPeer;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Server of a cluster in memory, with all protocols, in one thread.
 *
 * <p>Topics that begin with {@code log} have a history.
 */
final class MemoryNode implements AutoCloseable {
    private static final String ROLES = "{\"publisher\":{},\"subscriber\":{},\"caller\":{},\"callee\":{}}";

    final MemoryEngine engine;
    final ClusterLog log;
    final Topics topics;
    private final VirtualClock clock = new VirtualClock();
    private final HttpServer server;
    private final WampServer wamp;
    /** Ends the connections of clients. */
    private final List<Runnable> peers = new ArrayList<>();

    /** Application that publishes what clients publish, and has a procedure that publishes. */
    private final class App implements WampComponent {
        @Override
        public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
            topic.broadcast(event, audience);
        }

        @Override
        public void onCall(WampConnection conn, Call call) {
            topics.topic(call.arguments().get(0).getAsString())
                    .broadcast(Event.of(call.arguments().get(1)));
            call.result(1);
        }
    }

    MemoryNode(MemoryHub hub, String name) {
        this(hub, name, Duration.ofMinutes(1));
    }

    /** Creates a node that waits for the engine as long as its patience. */
    MemoryNode(MemoryHub hub, String name, Duration patience) {
        engine = hub.engine();
        NodeId id = NodeId.start(name);
        log = new ClusterLog(engine, id, new InOrder(), 1 << 20, 1 << 20, patience);
        topics = new Topics(
                topic -> topic.startsWith("log")
                        ? TopicSettings.DEFAULT.history(100, Duration.ofHours(1))
                        : TopicSettings.DEFAULT,
                log);
        engine.start(id, log.listener());
        wamp = new WampServer(new App(), topics);
        Router router = new Router()
                .route("GET", "/ws", new WsServer(wamp))
                .route("GET", "/events/{topic}", new SseSubscriber(topics));
        server = new HttpServer(HttpPush.builder(topics).build().on(router, "/push"));
    }

    /** Connects a client of WAMP v2. */
    WsPeer v2() {
        WsPeer peer = WsPeer.on(socket(), "/ws", "Sec-WebSocket-Protocol: wamp.2.json");
        peer.send("[1,\"realm1\",{\"roles\":" + ROLES + "}]");
        peer.texts();
        return peer;
    }

    /** Connects a client of WAMP v1. */
    WampPeer v1() {
        WampPeer peer = WampPeer.to(wamp, clock);
        peers.add(peer::disconnect);
        return peer;
    }

    /** Connects an HTTP client. */
    HttpPeer http() {
        return HttpPeer.on(socket());
    }

    MemorySocket socket() {
        MemorySocket socket = MemorySocket.to(server, clock);
        peers.add(socket::close);
        return socket;
    }

    /** Disconnects all clients. */
    @Override
    public void close() {
        peers.forEach(Runnable::run);
    }

    /** Subscribes to topics, and returns the events that follow. */
    List<String> hear(String... names) {
        List<String> heard = new ArrayList<>();
        Subscriber subscriber = Subscriber.of("s", Runnable::run, (topic, event) -> heard.add(event.json()));
        for (String name : names) {
            topics.topic(name).subscribe(subscriber);
        }
        return heard;
    }

    /** Publishes a number on a topic. */
    @CanIgnoreReturnValue
    MemoryNode publish(String topic, int number) {
        topics.topic(topic).broadcast(Event.of(number));
        return this;
    }
}
