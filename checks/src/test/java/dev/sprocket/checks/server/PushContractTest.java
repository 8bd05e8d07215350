package dev.sprocket.checks.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.sprocket.bridge.http.Backend;
import dev.sprocket.bridge.http.HttpBridge;
import dev.sprocket.bridge.http.HttpPush;
import dev.sprocket.bridge.tcp.TcpBridge;
import dev.sprocket.bridge.zmq.ZmqBridge;
import dev.sprocket.bridge.zmq.ZmqFrames;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.push.Publisher;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * Results of pushes through the bridges for HTTP, TCP and ZeroMQ, which must be equal.
 *
 * <p>HTTP responds with JSON and a status, the others with a line of text.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
final class PushContractTest {
    private static final List<String> ALLOWED = List.of("news", "blog.*", "wamp.*");
    private static final String EXPECTED =
            "expected {\"topic\": \"…\", \"event\": …} or an object with \"category\": \"…\"";

    /** Status of an HTTP response to a rejected push, by the beginning of the reason. */
    private static final String KEY = "invalid \"key\" (expected: text of 1-255 characters without control characters)";

    private static final String VERSION = "invalid \"version\" (expected: whole number, 0-9007199254740992)";
    private static final Map<String, Integer> STATUS = Map.of("topic not", 403, "topic is", 403, "key was used", 422);

    /**
     * Push and its result.
     *
     * @param body message in ISO 8859-1, one char for each byte
     * @param result acknowledgement, without the names of topics
     * @param published published events
     */
    private record Row(String body, String result, List<String> published) {
        static Row good(String body, String result, String... published) {
            return new Row(body, result, List.of(published));
        }

        static Row bad(String body, String reason) {
            return new Row(body, "error " + reason, List.of());
        }

        byte[] bytes() {
            return body.getBytes(ISO_8859_1);
        }
    }

    /** Bridge and a client of it. */
    private interface Door extends AutoCloseable {
        /** Pushes a message and returns its acknowledgement. */
        String push(byte[] body) throws Exception;
    }

    private record Result(String acknowledgement, List<String> published) {}

    static Stream<Row> rows() {
        String unicode = new String("é€".getBytes(UTF_8), ISO_8859_1);
        return Stream.of(
                Row.good("{\"topic\":\"news\",\"event\":1}", "ok 1", "news 1"),
                Row.good(" {\"event\" : {\"a\":[1.0, null]}, \"topic\":\"news\"} ", "ok 1", "news {\"a\":[1.0, null]}"),
                Row.good("{\"topic\":\"blog.nobody\",\"event\":1}", "ok 0"),
                Row.good("{\"topic\":\"blog." + unicode + "\",\"event\":\"x\"}", "ok 1", "blog.é€ \"x\""),
                Row.good("{\"category\":\"news\",\"a\":1}", "ok 1", "news {\"category\":\"news\",\"a\":1}"),
                Row.good(
                        "[{\"topic\":\"news\",\"event\":1},{\"topic\":\"blog.nobody\",\"event\":2},{\"category\":\"news\"}]",
                        "ok 1 0 1",
                        "news 1",
                        "news {\"category\":\"news\"}"),
                Row.good("[]", "ok"),
                Row.bad("{\"topic\":\"news\"}", "line 1, column 1: " + EXPECTED),
                Row.bad("{\"topic\":7,\"event\":1}", "line 1, column 1: " + EXPECTED),
                Row.bad("[{\"topic\":\"news\",\"event\":1},{}]", "line 1, column 29: " + EXPECTED),
                Row.bad("{\"topic\":\"news\",\"event\":}", "line 1, column 25: expected a value"),
                Row.bad("{\"topic\":\"news\",\"event\":1}{}", "line 1, column 27: expected the end"),
                Row.bad("[7]", "line 1, column 2: expected an object"),
                Row.bad("{\"topic\":\"\",\"event\":1}", "line 1, column 1: topic of 0 characters (expected: 1-512)"),
                Row.bad(
                        "{\"topic\":\"" + "x".repeat(513) + "\",\"event\":1}",
                        "line 1, column 1: topic of 513 characters (expected: 1-512)"),
                Row.bad("{\"topic\":\"news\",\"event\":\"\u00FF\"}", "line 1, column 1: not UTF-8"),
                Row.bad("{\"topic\":\"shop\",\"event\":1}", "topic not allowed (expected: news, blog.*, wamp.*)"),
                Row.bad(
                        "[{\"topic\":\"news\",\"event\":1},{\"topic\":\"shop\",\"event\":1}]",
                        "topic not allowed (expected: news, blog.*, wamp.*)"),
                Row.good(
                        "{\"key\":\"k\",\"version\":9007199254740992,\"topic\":\"news\",\"event\":1}",
                        "ok 1",
                        "news 1"),
                Row.good(
                        "{\"category\":\"news\",\"key\":7,\"version\":\"1.2\"}",
                        "ok 1",
                        "news {\"category\":\"news\",\"key\":7,\"version\":\"1.2\"}"),
                Row.good(
                        "[{\"topic\":\"news\",\"event\":1,\"key\":\"k\"},{\"topic\":\"news\",\"event\":1,\"key\":\"k\"}]",
                        "ok 1 1",
                        "news 1"),
                Row.good(
                        "[{\"topic\":\"news\",\"event\":1,\"version\":2},{\"topic\":\"news\",\"event\":2,\"version\":1}]",
                        "ok 1 0",
                        "news 1"),
                Row.bad(
                        "[{\"topic\":\"news\",\"event\":1,\"key\":\"k\"},{\"topic\":\"news\",\"event\":2,\"key\":\"k\"}]",
                        "key was used for another event"),
                Row.bad("{\"topic\":\"news\",\"event\":1,\"key\":7}", "line 1, column 33: " + KEY),
                Row.bad("{\"key\": \"\",\"topic\":\"news\",\"event\":1}", "line 1, column 9: " + KEY),
                Row.bad("{\"topic\":\"news\",\"event\":1,\"key\":\"a\\u0007\"}", "line 1, column 33: " + KEY),
                Row.bad(
                        "{\"topic\":\"news\",\"event\":1,\"key\":\"" + "k".repeat(256) + "\"}",
                        "line 1, column 33: " + KEY),
                Row.bad("{\"topic\":\"news\",\"event\":1,\"version\":-1}", "line 1, column 37: " + VERSION),
                Row.bad("{\"topic\":\"news\",\"event\":1,\"version\":1.0}", "line 1, column 37: " + VERSION),
                Row.bad("{\"topic\":\"news\",\"event\":1,\"version\":\"1\"}", "line 1, column 37: " + VERSION),
                Row.bad("{\"topic\":\"news\",\"event\":1,\"version\":null}", "line 1, column 37: " + VERSION),
                Row.bad(
                        "{\"topic\":\"news\",\"event\":1,\"version\":9007199254740993}",
                        "line 1, column 37: " + VERSION),
                Row.bad("{\"topic\":\"wamp.shop\",\"event\":1}", "topic is reserved (expected: not wamp.…)"));
    }

    private static Topics topics(List<String> published) {
        Topics topics = new Topics();
        for (String id : List.of("news", "blog.é€")) {
            topics.topic(id).subscribe(Subscriber.of("s", Runnable::run, (topic, event) -> {
                synchronized (published) {
                    published.add(topic + " " + event.json());
                }
            }));
        }
        return topics;
    }

    private static Publisher publisher(Topics topics) {
        return new Publisher(topics).topicField("category").restrictTo(ALLOWED);
    }

    private static int port(Endpoint endpoint) {
        return ((InetSocketAddress) endpoint.address()).getPort();
    }

    private record Http(Endpoint bridge, HttpClient client) implements Door {
        static Http of(Topics topics) throws Exception {
            HttpPush push = HttpPush.builder(topics)
                    .topicField("category")
                    .backend(Backend.token("cms", "secret").topics(ALLOWED))
                    .build();
            Endpoint bridge =
                    HttpBridge.builder(push).loops(EventLoops.single()).build();
            bridge.start();
            return new Http(bridge, HttpClient.newHttpClient());
        }

        @Override
        public String push(byte[] body) throws Exception {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(bridge) + "/push"))
                            .header("Content-Type", "application/json")
                            .header("Authorization", "Bearer secret")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonElement json = JsonParser.parseString(response.body());
            if (response.statusCode() == 200) {
                StringBuilder result = new StringBuilder("ok");
                List<JsonElement> events =
                        json.isJsonArray() ? json.getAsJsonArray().asList() : List.of(json);
                events.forEach(event ->
                        result.append(' ').append(event.getAsJsonObject().get("subscribers")));
                return result.toString();
            }
            String reason = json.getAsJsonObject().get("error").getAsString();
            int expected = STATUS.entrySet().stream()
                    .filter(known -> reason.startsWith(known.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(400);
            assertThat(response.statusCode()).as(reason).isEqualTo(expected);
            return "error " + reason.replaceFirst("^JSON, ", "");
        }

        @Override
        public void close() {
            bridge.close();
        }
    }

    private record Tcp(Endpoint bridge, Socket socket, BufferedReader replies) implements Door {
        static Tcp of(Topics topics) throws Exception {
            Endpoint bridge = TcpBridge.builder(publisher(topics))
                    .acknowledge()
                    .loops(EventLoops.single())
                    .build();
            bridge.start();
            Socket socket = new Socket("127.0.0.1", port(bridge));
            socket.setSoTimeout(20_000);
            return new Tcp(bridge, socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)));
        }

        @Override
        public String push(byte[] body) throws Exception {
            socket.getOutputStream().write((new String(body, ISO_8859_1) + "\n").getBytes(ISO_8859_1));
            return replies.readLine();
        }

        @Override
        public void close() throws Exception {
            socket.close();
            bridge.close();
        }
    }

    private record Zmq(Endpoint bridge, ZContext context, ZMQ.Socket socket) implements Door {
        static Zmq of(Topics topics, ZmqFrames frames) throws Exception {
            Endpoint bridge = ZmqBridge.router(publisher(topics)).frames(frames).build();
            bridge.start();
            ZContext context = new ZContext();
            ZMQ.Socket socket = context.createSocket(SocketType.REQ);
            // JeroMQ sometimes connects and then hears nothing; without this it connects anew after 30 s
            socket.setHandshakeIvl(500);
            socket.setReceiveTimeOut(20_000);
            socket.connect("tcp://127.0.0.1:" + port(bridge));
            return new Zmq(bridge, context, socket);
        }

        @Override
        public String push(byte[] body) {
            socket.send(body);
            return new String(socket.recv(), UTF_8);
        }

        @Override
        public void close() {
            context.close();
            bridge.close();
        }
    }

    private static Result push(Door door, byte[] body, List<String> published) throws Exception {
        try (door) {
            String acknowledgement = door.push(body);
            synchronized (published) {
                return new Result(acknowledgement, List.copyOf(published));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void push_has_the_same_result_through_every_bridge(Row row) throws Exception {
        List<String> overHttp = new ArrayList<>();
        List<String> overTcp = new ArrayList<>();
        List<String> overZmq = new ArrayList<>();

        Result http = push(Http.of(topics(overHttp)), row.bytes(), overHttp);
        Result tcp = push(Tcp.of(topics(overTcp)), row.bytes(), overTcp);
        Result zmq = push(Zmq.of(topics(overZmq), ZmqFrames.ONE), row.bytes(), overZmq);

        assertThat(http).isEqualTo(new Result(row.result, row.published));
        // HTTP does not repeat the name of the topic
        assertThat(tcp.acknowledgement.replaceFirst("^error topic \\S+ (not|is) ", "error topic $1 "))
                .isEqualTo(row.result);
        assertThat(tcp.published).isEqualTo(row.published);
        assertThat(zmq).isEqualTo(tcp);
    }

    @Test
    void topic_apart_from_the_event_follows_the_same_rules() throws Exception {
        Map<String, String> results = Map.of(
                "news|[1, 2]",
                "ok 1",
                "news|1 2",
                "error line 1, column 3: expected the end",
                "shop|1",
                "error topic shop not allowed (expected: news, blog.*, wamp.*)",
                "wamp.x|1",
                "error topic wamp.x is reserved (expected: not wamp.…)",
                "x".repeat(513) + "|1",
                "error topic of 513 characters (expected: 1-512)");
        try (Http http = Http.of(topics(new ArrayList<>()));
                Zmq zmq = Zmq.of(topics(new ArrayList<>()), ZmqFrames.TOPIC_AND_EVENT)) {
            for (Map.Entry<String, String> row : results.entrySet()) {
                String[] parts = row.getKey().split("\\|");
                zmq.socket.send(parts[0], ZMQ.SNDMORE);
                assertThat(zmq.push(parts[1].getBytes(UTF_8))).isEqualTo(row.getValue());

                HttpResponse<String> response = http.client.send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + port(http.bridge) + "/push/" + parts[0]))
                                .header("Content-Type", "application/json")
                                .header("Authorization", "Bearer secret")
                                .POST(HttpRequest.BodyPublishers.ofString(parts[1]))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                boolean good = row.getValue().startsWith("ok");
                assertThat(response.statusCode() == 200).as(row.getKey()).isEqualTo(good);
                assertThat(good).isEqualTo(!response.body().contains("error"));
            }
        }
    }
}
