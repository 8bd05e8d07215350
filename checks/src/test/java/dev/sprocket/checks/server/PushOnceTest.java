package dev.sprocket.checks.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.bridge.http.Backend;
import dev.sprocket.bridge.http.HttpBridge;
import dev.sprocket.bridge.http.HttpPush;
import dev.sprocket.bridge.tcp.TcpBridge;
import dev.sprocket.bridge.zmq.ZmqBridge;
import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.metrics.PubsubMetrics;
import dev.sprocket.pubsub.internal.metrics.PubsubMetrics.Bridge;
import dev.sprocket.pubsub.internal.metrics.PubsubMetrics.PushOutcome;
import dev.sprocket.pubsub.push.Publisher;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Keys and versions of events through all bridges, by curl, a plain socket and JeroMQ. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class PushOnceTest {
    private final Topics topics = new Topics(id -> TopicSettings.DEFAULT.history(10, Duration.ofHours(1)));
    private final Publisher publisher = new Publisher(topics).topicField("category");
    private final List<String> received = Collections.synchronizedList(new ArrayList<>());
    private final List<AutoCloseable> open = new ArrayList<>();
    private int http;
    private Socket tcp;
    private BufferedReader replies;
    private ZMQ.Socket zmq;

    @BeforeEach
    void start() throws Exception {
        topics.topic("news").subscribe(Subscriber.of("s", Runnable::run, (topic, event) -> received.add(event.json())));
        http = start(HttpBridge.builder(HttpPush.builder(topics)
                        .topicField("category")
                        .backend(Backend.token("cms", "secret").eventsPerSecond(100))
                        .build())
                .loops(EventLoops.single())
                .build());
        tcp = new Socket(
                "127.0.0.1",
                start(TcpBridge.builder(publisher)
                        .acknowledge()
                        .loops(EventLoops.single())
                        .build()));
        open.add(0, tcp);
        tcp.setSoTimeout(20_000);
        replies = new BufferedReader(new InputStreamReader(tcp.getInputStream(), UTF_8));
        ZContext context = new ZContext();
        open.add(0, context);
        zmq = context.createSocket(SocketType.REQ);
        zmq.setHandshakeIvl(500); // JeroMQ sometimes connects and then hears nothing
        zmq.setReceiveTimeOut(20_000);
        zmq.connect("tcp://127.0.0.1:" + start(ZmqBridge.router(publisher).build()));
    }

    private int start(Endpoint bridge) throws Exception {
        bridge.start();
        open.add(bridge::close);
        return ((InetSocketAddress) bridge.address()).getPort();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    /** Returns the body and the status of a push by curl. */
    private List<String> curl(String json, String... more) throws Exception {
        RequiredPrograms.require("curl");
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "-s",
                "-w",
                "%{http_code}",
                "-H",
                "Authorization: Bearer secret",
                "-H",
                "Content-Type: application/json",
                "-d",
                json,
                "http://127.0.0.1:" + http + "/push"));
        command.addAll(Arrays.asList(more));
        Process process = new ProcessBuilder(command).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return List.of(output.split("\n"));
    }

    private JsonObject published(String json, String... more) throws Exception {
        List<String> output = curl(json, more);
        assertThat(output.get(1)).isEqualTo("200");
        return JsonParser.parseString(output.get(0)).getAsJsonObject();
    }

    private String tcp(String json) throws Exception {
        tcp.getOutputStream().write((json + "\n").getBytes(UTF_8));
        return replies.readLine();
    }

    private String zmq(String json) {
        zmq.send(json.getBytes(UTF_8));
        return new String(zmq.recv(), UTF_8);
    }

    private static String envelope(int event, String more) {
        return "{\"topic\":\"news\",\"event\":" + event + more + "}";
    }

    @Test
    void repeat_through_another_bridge_is_not_published() throws Exception {
        long duplicates = PubsubMetrics.pushes(Bridge.HTTP, PushOutcome.DUPLICATE);
        String push = envelope(1, ",\"key\":\"article-17\"");
        JsonObject first = published(push);
        assertThat(first.has("duplicate")).isFalse();

        assertThat(tcp(push)).isEqualTo("ok 1");
        assertThat(zmq(push)).isEqualTo("ok 1");
        JsonObject repeat = published(push);

        assertThat(repeat.get("duplicate").getAsBoolean()).isTrue();
        assertThat(repeat.get("position")).isEqualTo(first.get("position"));
        assertThat(received).containsExactly("1");
        assertThat(publisher.duplicates()).isEqualTo(2);
        assertThat(PubsubMetrics.pushes(Bridge.HTTP, PushOutcome.DUPLICATE)).isEqualTo(duplicates + 1);
        assertThat(publisher.published()).isZero();
    }

    @Test
    void key_of_another_event_is_rejected() throws Exception {
        assertThat(zmq(envelope(1, ",\"key\":\"k\""))).isEqualTo("ok 1");
        String other = envelope(2, ",\"key\":\"k\"");

        assertThat(curl(other)).containsExactly("{\"error\":\"key was used for another event\"}", "422");
        assertThat(tcp(other)).isEqualTo("error key was used for another event");
        assertThat(zmq(other)).isEqualTo("error key was used for another event");

        assertThat(received).containsExactly("1");
        assertThat(publisher.rejected()).isEqualTo(2);
    }

    @Test
    void older_version_through_another_bridge_is_superseded() throws Exception {
        assertThat(tcp(envelope(7, ",\"version\":7"))).isEqualTo("ok 1");

        assertThat(published(envelope(7, ",\"version\":7")).toString())
                .isEqualTo("{\"topic\":\"news\",\"subscribers\":0,\"superseded\":true}");
        assertThat(zmq(envelope(6, ",\"version\":6"))).isEqualTo("ok 0");
        assertThat(zmq("[" + envelope(6, ",\"version\":6") + "," + envelope(8, ",\"version\":8") + "]"))
                .isEqualTo("ok 0 1");
        assertThat(published(envelope(9, ",\"version\":9")).has("superseded")).isFalse();

        assertThat(received).containsExactly("7", "8", "9");
        assertThat(publisher.superseded()).isEqualTo(2);
    }

    @Test
    void array_is_answered_for_each_event() throws Exception {
        published(envelope(1, ",\"key\":\"a\",\"version\":3"));
        List<String> output = curl("[" + envelope(1, ",\"key\":\"a\",\"version\":3") + ","
                + envelope(2, ",\"version\":3") + "," + envelope(3, ",\"key\":\"b\"") + "]");

        assertThat(output.get(1)).isEqualTo("200");
        assertThat(output.get(0).replaceAll("\"position\":\"[^\"]+\"", "P"))
                .isEqualTo("[{\"topic\":\"news\",\"subscribers\":1,P,\"duplicate\":true},"
                        + "{\"topic\":\"news\",\"subscribers\":0,\"superseded\":true},"
                        + "{\"topic\":\"news\",\"subscribers\":1,P}]");
        assertThat(received).containsExactly("1", "3");
    }

    @Test
    void header_answers_a_repeat_before_keys_do() throws Exception {
        String push = envelope(1, ",\"key\":\"k\",\"version\":1");
        JsonObject first = published(push, "-H", "Idempotency-Key: r1");

        assertThat(published(push, "-H", "Idempotency-Key: r1")).isEqualTo(first);
        assertThat(curl(envelope(2, ""), "-H", "Idempotency-Key: r1"))
                .containsExactly("{\"error\":\"Idempotency-Key was used for another request\"}", "422");
        assertThat(published(push, "-H", "Idempotency-Key: r2").get("duplicate").getAsBoolean())
                .isTrue();
        assertThat(received).containsExactly("1");
    }

    @Test
    void members_of_an_object_without_envelope_mean_nothing() throws Exception {
        String object = "{\"category\":\"news\",\"key\":\"k\",\"version\":1}";

        published(object);
        assertThat(tcp(object)).isEqualTo("ok 1");
        assertThat(zmq(object)).isEqualTo("ok 1");

        assertThat(received).containsExactly(object, object, object);
    }
}
