package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.listener;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys of listeners, of routes, of topics and of the server as a whole. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class ListenerKeysTest {
    private static final String OPEN = PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on"));
    private static final String LONG_LINE = "x".repeat(60_000) + "\n";
    private static final int LONG_LINES = 200;

    @TempDir
    Path folder;

    private static String exchange(RawClient raw, String line) throws IOException {
        return raw.send(line + "\n").readLine();
    }

    @Test
    @Row(LISTENER_ADDRESS)
    void address_may_be_a_port_or_socket_file() throws Exception {
        Path socket = folder.resolve("web.sock");
        try (Site site = Site.start(listener(
                "web",
                LISTENER_ADDRESS.texts("127.0.0.1:0", "unix:" + socket),
                LISTENER_ROUTES.is("[" + route("/push", OPEN) + "]")))) {
            assertThat(site.get("/health").statusCode()).isEqualTo(200);
            assertThat(Site.run("curl", "-sS", "--unix-socket", socket.toString(), "http://localhost/health"))
                    .isEqualTo("{\"status\":\"up\"}\n");
        }
        assertThat(Files.exists(socket)).isFalse();
        assertThat(Site.explain("listeners.web { " + LISTENER_COMPONENT.is(ECHO) + " }"))
                .startsWith("web: " + PrintedKeys.defaultOf(LISTENER_ADDRESS).replaceAll("[\\[\\]\"]", ""));
    }

    @Test
    @Row({LISTENER_PROXY_PROTOCOL, LISTENER_PROXIES})
    void proxy_protocol_sets_the_client_address() throws Exception {
        String stack = LISTENER_LAYERS.parts("lines", LOGGER.key()) + ", " + LISTENER_COMPONENT.is(ECHO);
        String header = "PROXY TCP4 6.6.6.6 127.0.0.1 1111 80\r\n";
        try (Site site = Site.start(
                listener("off", stack),
                listener("optional", stack, LISTENER_PROXY_PROTOCOL.is("optional")),
                listener("required", stack, LISTENER_PROXY_PROTOCOL.is("required")),
                listener("others", stack, LISTENER_PROXY_PROTOCOL.is("required"), LISTENER_PROXIES.texts("192.0.2.1")),
                listener(
                        "web",
                        LISTENER_PROXY_PROTOCOL.is("required"),
                        LISTENER_ROUTES.is("[" + route("/push", OPEN) + "]")))) {
            assertThat(Site.run(
                            "curl",
                            "-sS",
                            "--haproxy-protocol",
                            site.uri("/health").toString()))
                    .isEqualTo("{\"status\":\"up\"}\n");
            try (RawClient raw = RawClient.to(site.port("off"))) {
                raw.send(header);
                assertThat(site.awaitLog(" opened")).contains("127.0.0.1");
            }
            for (String name : List.of("optional", "required")) {
                try (RawClient raw = RawClient.to(site.port(name))) {
                    raw.send(header);
                    assertThat(exchange(raw, "hello")).isEqualTo("hello");
                    site.awaitLog("6.6.6.6");
                }
            }
            try (RawClient raw = RawClient.to(site.port("optional"))) {
                assertThat(exchange(raw, "hello")).isEqualTo("hello");
            }
            try (RawClient raw = RawClient.to(site.port("required"))) {
                raw.send("hello\n").assertClosed();
            }
            try (RawClient raw = RawClient.to(site.port("others"))) {
                assertThat(raw.send(header + "hello\n").readRest()).doesNotContain("hello\n");
            }
        }
    }

    private static void flood(RawClient raw) throws IOException {
        for (int i = 0; i < LONG_LINES; i++) {
            raw.send(LONG_LINE);
        }
    }

    @Test
    @Row({LISTENER_OUTBOUND_LIMIT, LISTENER_OVERFLOW})
    void outbound_limit_closes_or_drops() throws Exception {
        String stack = LISTENER_LAYERS.parts("lines") + ", " + LISTENER_COMPONENT.is(CHAT);
        try (Site site = Site.start(
                listener(
                        "fast",
                        LISTENER_LAYERS.parts("lines") + ", " + LISTENER_COMPONENT.is(CHAT.with(CHAT_NAMES.is("on")))),
                listener("default", stack),
                listener("small", stack, LISTENER_OUTBOUND_LIMIT.is("\"100 KiB\"")),
                listener("drops", stack, LISTENER_OVERFLOW.is("drop-newest")))) {
            try (RawClient fast = RawClient.to(site.port("fast"));
                    RawClient standard = RawClient.fromUnusedAddress(site.port("default"));
                    RawClient small = RawClient.fromUnusedAddress(site.port("small"));
                    RawClient drops = RawClient.fromUnusedAddress(site.port("drops"))) {
                // with names, who joins is greeted; the others are in the room when they have been heard
                assertThat(fast.readLine()).isEqualTo("* somebody is here");
                for (RawClient one : List.of(standard, small, drops)) {
                    one.send("here\n");
                    assertThat(fast.readLine()).isEqualTo("here");
                }
                flood(fast);
                site.awaitLog("limitBytes=" + (100 << 10));
                site.awaitLog("limitBytes=" + PrintedKeys.bytesOf(LISTENER_OUTBOUND_LIMIT));
                small.readRest();
                standard.readRest();
                int received = 0;
                fast.send("end\n");
                for (String line = drops.readLine(); !line.equals("somebody: end"); line = drops.readLine()) {
                    received += line.length() > LONG_LINE.length() ? 1 : 0;
                    fast.send("end\n");
                }
                assertThat(received).isBetween(1, LONG_LINES - 1);
            }
        }
    }

    @Test
    @Row({LISTENER_LAYERS, LISTENER_COMPONENT})
    void layers_wrap_the_component() throws Exception {
        try (Site site = Site.start(
                listener("plain", LISTENER_COMPONENT.is(ECHO)),
                listener(
                        "lines",
                        LISTENER_LAYERS.parts(LINES.with(LINES_MAX_LINE_LENGTH.is("\"10 B\""))),
                        LISTENER_COMPONENT.is(ECHO)))) {
            try (RawClient raw = RawClient.to(site.port("plain"))) {
                assertThat(exchange(raw, "longer than ten bytes")).isEqualTo("longer than ten bytes");
            }
            try (RawClient raw = RawClient.to(site.port("lines"))) {
                raw.send("longer than ten bytes\n").assertClosed();
            }
        }
    }

    @Test
    @Row({ROUTE_PATH, ROUTE_HOST, ROUTE_LAYERS, ROUTE_COMPONENT})
    void routes_match_path_and_host() throws Exception {
        Files.writeString(folder.resolve("f.txt"), "file");
        String files = FILES.with(FILES_DIRECTORY.text(folder.toString()));
        String users = BASIC_AUTH.with(
                BASIC_AUTH_USERS.row(BASIC_AUTH_USERS_USER.text("ann"), BASIC_AUTH_USERS_PASSWORD.text("secret")));
        String hosted = route("/f", files).replaceFirst("\\{", "{ " + ROUTE_HOST.text("*.a.example") + ",");
        try (Site site = Site.start(
                web(route("/any/{name}", files), route("/locked", files, users), route("/echo", ECHO, WS), hosted))) {
            assertThat(site.get("/any/x/f.txt").body()).isEqualTo("file");
            assertThat(site.get("/any/f.txt").statusCode()).isEqualTo(404);
            assertThat(site.get("/locked/f.txt").statusCode()).isEqualTo(401);
            assertThat(site.get("/echo").statusCode()).isEqualTo(426);
            assertThat(site.get("/f/f.txt").statusCode()).isEqualTo(404);
            try (RawClient raw = RawClient.to(site.port())) {
                raw.send("GET /f/f.txt HTTP/1.1\r\nHost: www.a.example\r\n\r\n");
                assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    @Row(LISTENER_HEALTH)
    void health_responds_unless_off() throws Exception {
        String routes = LISTENER_ROUTES.is("[" + route("/push", OPEN) + "]");
        try (Site site = Site.start(listener("web", routes))) {
            assertThat(site.get("/health").body()).isEqualTo("{\"status\":\"up\"}\n");
            assertThat(site.get("/ready").body()).isEqualTo("{\"status\":\"ready\"}\n");
        }
        try (Site site = Site.start(listener("web", routes, LISTENER_HEALTH.is("off")))) {
            assertThat(site.get("/health").statusCode()).isEqualTo(404);
            assertThat(site.get("/ready").statusCode()).isEqualTo(404);
        }
    }

    private static RawWebSocket subscribed(Site site, String topic) throws IOException {
        RawWebSocket client = RawWebSocket.open(site.port(), "/ws", "Sec-WebSocket-Protocol: wamp");
        client.receive();
        client.send("[5,\"" + topic + "\"]").send("[2,\"1\",\"none\"]");
        assertThat(client.receive()).startsWith("[4,");
        return client;
    }

    @Test
    @Row({TOPICS_BATCH_WINDOW, TOPICS_OVERFLOW})
    void topics_set_batch_window_and_overflow() throws Exception {
        Duration window = Duration.ofMillis(300);
        try (Site site = Site.start(
                TOPICS.named("\"late.*\"", TOPICS_BATCH_WINDOW.is(window.toMillis() + "ms")),
                TOPICS.named("drops", TOPICS_OVERFLOW.is("drop-newest")),
                web(route("/ws", PUBSUB, WS, WAMP), route("/push", OPEN)))) {
            try (RawWebSocket late = subscribed(site, "late.a")) {
                long before = System.nanoTime();
                site.post("/push/late.a", "1");
                assertThat(late.receive()).isEqualTo("[8,\"late.a\",1]");
                assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(window);
            }
            try (RawWebSocket drops = subscribed(site, "drops");
                    RawWebSocket other = subscribed(site, "other")) {
                String event = "\"" + "x".repeat(60_000) + "\"";
                for (String topic : List.of("drops", "other")) {
                    String push = "{\"topic\":\"" + topic + "\",\"event\":" + event + "}";
                    String batch = "[" + String.join(",", java.util.Collections.nCopies(10, push)) + "]";
                    for (int i = 0; i < LONG_LINES / 10; i++) {
                        site.post("/push", batch);
                    }
                }
                other.raw().readRest();
                int received = 0;
                site.post("/push/drops", "\"end\"");
                for (String text = drops.receive(); !text.contains("end"); text = drops.receive()) {
                    received++;
                    if (received % 10 == 0) {
                        site.post("/push/drops", "\"end\"");
                    }
                }
                assertThat(received).isBetween(1, LONG_LINES - 1);
            }
        }
    }

    @Test
    @Row({TOPIC_FIELD, BRIDGE_TYPE, BRIDGE_LAYERS})
    void topic_field_selects_the_topic_for_bridges() throws Exception {
        String bridge = BRIDGES.named(
                "mine",
                BRIDGE_TYPE.is("tcp"),
                TCP_BRIDGE_PORT.is(0),
                TCP_BRIDGE_ACKNOWLEDGE.is("on"),
                BRIDGE_LAYERS.parts(LOGGER.with(LOGGER_NAME.text("backends"))));
        try (Site site = Site.start(TOPIC_FIELD.text("category"), bridge);
                RawClient raw = RawClient.to(site.port("mine"))) {
            assertThat(exchange(raw, "{\"category\":\"news\",\"title\":\"hi\"}"))
                    .isEqualTo("ok 0");
            site.awaitLog("INFO backends: ");
        }
        try (Site site = Site.start(bridge);
                RawClient raw = RawClient.to(site.port("mine"))) {
            assertThat(exchange(raw, "{\"category\":\"news\",\"title\":\"hi\"}"))
                    .startsWith("error ");
        }
    }

    @Test
    @Row({PLUGINS_DIRECTORY, PLUGINS_DISABLED})
    void plugins_load_from_directory_unless_disabled() throws Exception {
        Path jar = Path.of("..", "examples", "plugin", "target", "sprocket-shout.jar");
        Path plugins = Files.createDirectory(folder.resolve("mine"));
        Files.copy(jar, plugins.resolve("shout.jar"));
        String shout = listener("a", LISTENER_LAYERS.parts("lines", "shout"), LISTENER_COMPONENT.is(ECHO));
        String from = PLUGINS_DIRECTORY.text(plugins.toString());
        try (Site site = Site.start(PLUGINS.object(from), shout);
                RawClient raw = RawClient.to(site.port("a"))) {
            assertThat(exchange(raw, "hello")).startsWith("HELLO");
        }
        assertThat(Site.problems(shout)).anyMatch(problem -> problem.contains("unknown layer: shout"));
        assertThat(Site.problems(PLUGINS.object(from, PLUGINS_DISABLED.texts("shout")), shout))
                .anyMatch(problem -> problem.contains("unknown layer: shout"));
    }

    private static long loopThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("sprocket-loop"))
                .count();
    }

    /** Returns the number of loop threads after enough connections to start all of them. */
    private static long threadsOf(String... text) throws Exception {
        long before = loopThreads();
        try (Site site = Site.start(text)) {
            for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors() + 8; i++) {
                try (RawClient raw = RawClient.to(site.port("a"))) {
                    assertThat(exchange(raw, "in")).isEqualTo("in");
                }
            }
            return loopThreads() - before;
        }
    }

    @Test
    @Row(EVENT_LOOPS)
    void event_loops_sets_the_number_of_threads() throws Exception {
        String echo = listener("a", LISTENER_LAYERS.parts("lines"), LISTENER_COMPONENT.is(ECHO));
        assertThat(threadsOf(echo, EVENT_LOOPS.is(1))).isLessThanOrEqualTo(1);
        assertThat(threadsOf(echo, EVENT_LOOPS.is(3))).isBetween(2L, 3L);
    }

    @Test
    @Row(MAX_CONNECTIONS)
    void max_connections_refuses_http_with_503_and_others() throws Exception {
        try (Site site = Site.start(
                        MAX_CONNECTIONS.is(2),
                        web(route("/echo", ECHO, WS)),
                        listener("a", LISTENER_LAYERS.parts("lines"), LISTENER_COMPONENT.is(ECHO)));
                RawClient open = RawClient.to(site.port("a"));
                RawWebSocket ws = RawWebSocket.open(site.port(), "/echo")) {
            assertThat(exchange(open, "in")).isEqualTo("in");
            try (RawClient http = RawClient.to(site.port());
                    RawClient lines = RawClient.to(site.port("a"))) {
                http.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(http.readRest())
                        .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                        .contains("\r\nRetry-After: 5\r\n")
                        .endsWith("\r\n\r\n503 Service Unavailable: too many connections\n");
                assertThat(lines.readRest()).isEmpty();
            }
            assertThat(exchange(open, "in")).isEqualTo("in");
            ws.close();
        }
    }

    @Test
    @Row(SHUTDOWN_TIMEOUT)
    void shutdown_timeout_lets_a_slow_connection_end() throws Exception {
        String echo = web(route("/echo", ECHO, WS));
        try (Site site = Site.start(echo)) {
            assertThat(site.server().shutdownTimeout()).hasSeconds(PrintedKeys.secondsOf(SHUTDOWN_TIMEOUT));
        }
        try (Site site = Site.start(echo, SHUTDOWN_TIMEOUT.is("1s"));
                RawWebSocket stuck = RawWebSocket.open(site.port(), "/echo")) {
            long before = System.nanoTime();
            CompletableFuture<Void> closed = CompletableFuture.runAsync(
                    () -> site.server().close(site.server().shutdownTimeout()));
            // told at once, and cut when the time is over, as it says nothing
            stuck.assertClosed(1001);
            stuck.raw().readRest();
            closed.join();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(900));
        }
    }
}
