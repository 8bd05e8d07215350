package dev.sprocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.cluster.internal.node.ClusterLog;
import dev.sprocket.cluster.memory.MemoryEngine;
import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of WAMP v2 at two servers that share their topics. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WampClusterTest {
    private static final Pattern PUBLISHED = Pattern.compile("\\[17,\\d+,(\\d+)]");

    private final MemoryHub hub = new MemoryHub();

    private static final class Open implements WampComponent {
        @Override
        public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
            topic.broadcast(event, audience);
        }
    }

    private WsPeer joined(String node) {
        MemoryEngine engine = hub.engine();
        NodeId id = NodeId.start(node);
        ClusterLog log = new ClusterLog(engine, id, Runnable::run, 1 << 20, 1 << 20, Duration.ofMinutes(1));
        Topics topics = new Topics(
                topic -> topic.startsWith("log")
                        ? TopicSettings.DEFAULT.history(10, Duration.ofHours(1))
                        : TopicSettings.DEFAULT,
                log);
        engine.start(id, log.listener());
        WsPeer peer = WsPeer.on(
                MemorySocket.to(new HttpServer(new WsServer(new WampServer(new Open(), topics)))),
                "/",
                "Sec-WebSocket-Protocol: wamp.2.json");
        peer.send("[1,\"realm1\",{\"roles\":{\"publisher\":{},\"subscriber\":{}}}]");
        assertThat(peer.texts()).hasSize(1).first().asString().startsWith("[2,");
        return peer;
    }

    @ParameterizedTest
    @ValueSource(strings = {"log", "plain"})
    void event_of_another_server_keeps_arguments_and_publication_id(String topic) {
        WsPeer publisher = joined("a");
        WsPeer remote = joined("b");
        remote.send("[32,1,{},\"" + topic + "\"]");
        assertThat(remote.texts()).hasSize(1).first().asString().startsWith("[33,1,");
        publisher.send("[16,1,{\"acknowledge\":true},\"" + topic + "\",[1 ,2.50],{\"a\":\"b\"}]");
        List<String> answers = publisher.texts();
        assertThat(answers).hasSize(1);
        Matcher published = PUBLISHED.matcher(answers.get(0));
        assertThat(published.matches()).as(answers.toString()).isTrue();
        List<String> events = remote.texts();
        assertThat(events).hasSize(1);
        assertThat(events.get(0)).matches("\\[36,\\d+," + published.group(1) + ",\\{.*},\\[1 ,2.50],\\{\"a\":\"b\"}]");
    }
}
