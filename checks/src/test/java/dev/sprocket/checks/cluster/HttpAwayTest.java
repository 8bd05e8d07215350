package dev.sprocket.checks.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.testkit.HttpPeer;
import dev.sprocket.testkit.MemorySocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Clients of HTTP while the engine answers late, or is away. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class HttpAwayTest {
    private final MemoryHub hub = new MemoryHub();
    private final MemoryNode a = new MemoryNode(hub, "a");
    private final MemoryNode b = new MemoryNode(hub, "b");

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private static MemorySocket stream(MemoryNode node, String topic) {
        MemorySocket socket = node.socket();
        socket.write("GET /events/" + topic + " HTTP/1.1\r\nHost: a\r\n\r\n");
        return socket;
    }

    @Test
    void stream_begins_when_the_engine_has_confirmed() {
        for (String topic : List.of("log", "plain")) {
            hub.stop();
            MemorySocket socket = stream(a, topic);
            assertThat(socket.readText()).isEmpty();
            hub.resume();
            assertThat(socket.readText()).startsWith("HTTP/1.1 200 ");
            b.publish(topic, 1);
            assertThat(socket.readText()).contains("data: 1\n");
            socket.close();
            assertThat(a.log.subscribed()).isZero();
        }
    }

    @Test
    void stream_of_topic_with_log_begins_with_its_position() {
        b.publish("log", 1);
        MemorySocket socket = stream(a, "log");
        assertThat(socket.readText()).containsOnlyOnce("event: position\n").doesNotContain("data: 1\n");
        b.publish("log", 2);
        assertThat(socket.readText()).contains("data: 2\n");
        socket.close();
    }

    @Test
    void stream_of_topic_without_log_begins_while_away() {
        a.engine.disconnect();
        MemorySocket socket = stream(a, "plain");
        assertThat(socket.readText()).startsWith("HTTP/1.1 200 ");
        a.publish("plain", 1);
        assertThat(socket.readText()).contains("data: 1\n");
        a.engine.reconnect();
        b.publish("plain", 2);
        assertThat(socket.readText()).contains("data: 2\n");
        socket.close();
    }

    @Test
    void stream_with_log_is_refused_before_it_begins() {
        MemoryNode c = new MemoryNode(hub, "c", Duration.ZERO);
        c.engine.disconnect();
        MemorySocket socket = stream(c, "log");
        assertThat(socket.readText()).isEmpty();
        c.log.sweep();
        assertThat(socket.readText()).startsWith("HTTP/1.1 503 ").contains("\r\nRetry-After: 1\r\n");
        assertThat(c.log.subscribed()).isZero();
        socket.close();
    }

    @Test
    void closed_client_is_not_subscribed() {
        for (String topic : List.of("log", "plain")) {
            hub.stop();
            MemorySocket socket = stream(a, topic);
            socket.close();
            hub.resume();
            assertThat(a.topics.topic(topic).size()).isZero();
            assertThat(a.log.subscribed()).isZero();
        }
    }

    @Test
    void pushes_to_topics_without_log_succeed_while_away() {
        List<String> heard = a.hear("plain");
        a.engine.disconnect();
        a.http().postJson("/push/plain", "1").hasStatus(200);
        assertThat(heard).containsExactly("1");
    }

    @Test
    void push_with_log_is_503_with_retry_after() {
        a.engine.disconnect();
        a.http().postJson("/push/log", "1").hasStatus(503).hasHeader("Retry-After", "1");
        a.http().postJson("/push", "{\"topic\":\"log\",\"event\":1}").hasStatus(503);
    }

    @Test
    void array_without_engine_has_an_answer_for_each_event() {
        List<String> heard = a.hear("plain", "log");
        a.engine.disconnect();
        HttpPeer.Response response = a.http().postJson("/push", BATCH);
        response.hasStatus(503).hasHeader("Retry-After", "1");
        assertThat(response.body())
                .contains("{\"topic\":\"log\",\"error\":\"not stored\"},{\"topic\":\"plain\",\"subscribers\":1}");
        response = a.http().postJson("/push", "[{\"topic\":\"log\",\"event\":1},{\"topic\":\"log\",\"event\":2}]");
        response.hasStatus(503);
        assertThat(response.body())
                .contains(
                        "[{\"topic\":\"log\",\"error\":\"not stored\"},{\"topic\":\"log\",\"error\":\"not stored\"}]");
        assertThat(heard).containsExactly("2");
    }

    private static final String BATCH =
            "[{\"topic\":\"log\",\"event\":1},{\"topic\":\"plain\",\"event\":2},{\"topic\":\"log\",\"event\":3}]";

    private static HttpPeer.Response pushOnce(MemoryNode node) {
        return node.http().send("POST", "/push", BATCH, "Content-Type: application/json", "Idempotency-Key: 7");
    }

    @Test
    void repeat_with_key_publishes_only_what_failed() {
        List<String> heard = a.hear("plain", "log");
        a.engine.disconnect();
        pushOnce(a).hasStatus(503);
        pushOnce(a).hasStatus(503);
        assertThat(heard).containsExactly("2");
        a.engine.reconnect();
        HttpPeer.Response response = pushOnce(a).hasStatus(200);
        assertThat(response.body())
                .containsPattern("\\[\\{\"topic\":\"log\",\"subscribers\":1,\"position\":\"[^\"]+\"},"
                        + "\\{\"topic\":\"plain\",\"subscribers\":1,\"duplicate\":true},\\{\"topic\":\"log\"");
        assertThat(heard).containsExactly("2", "1", "3");
        assertThat(pushOnce(a).hasStatus(200).body()).isEqualTo(response.body());
        assertThat(heard).hasSize(3);
    }

    @Test
    void traceparent_reaches_subscribers_of_other_nodes() {
        String context = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        for (String topic : List.of("log", "plain")) {
            var there = b.v2().send("[32,1,{},\"" + topic + "\"]");
            there.texts();
            for (String header : List.of(context, "00-zz", context + "-more")) {
                a.http()
                        .send("POST", "/push/" + topic, "1", "Content-Type: application/json", "traceparent: " + header)
                        .hasStatus(200);
            }
            assertThat(there.texts())
                    .satisfiesExactly(
                            traced -> assertThat(traced).contains("\"_traceparent\":\"" + context + "\""),
                            malformed -> assertThat(malformed).doesNotContain("_traceparent"),
                            longer -> assertThat(longer).doesNotContain("_traceparent"));
        }
    }
}
