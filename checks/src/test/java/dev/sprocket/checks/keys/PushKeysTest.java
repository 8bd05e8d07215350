package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.leaktest.SpinWait;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys of the component {@code push} and of the bridge {@code http}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class PushKeysTest {
    private static final String TOKEN = "0123456789abcdef-token";
    private static final String SECRET = "0123456789abcdef-secret-of-the-site";

    /** Component and bridge. */
    private enum Target {
        PUSH,
        HTTP_BRIDGE;

        Key key(String rest) {
            return Key.valueOf(name() + "_" + rest);
        }

        Site start(String rules, String... settings) throws IOException {
            String listener = this == PUSH
                    ? web(route("/push", Key.PUSH.with(settings)), route("/ws", PUBSUB, WS, WAMP))
                    : web(route("/ws", PUBSUB, WS, WAMP))
                            + BRIDGES.named("http", String.join(", ", settings), HTTP_BRIDGE_PORT.is(0));
            return Site.start(rules, listener);
        }

        /** Starts a site without credentials. */
        Site open(String rules, String... settings) throws IOException {
            String[] all = java.util.Arrays.copyOf(settings, settings.length + 1);
            all[settings.length] =
                    this == PUSH ? PUSH_ALLOW_ANONYMOUS.is("on") : key("HOST").text("127.0.0.1");
            return start(rules, all);
        }

        HttpResponse<String> post(Site site, String topic, String body, String... headers) throws Exception {
            int port = this == PUSH ? site.port() : site.port("http");
            return Site.send(URI.create("http://127.0.0.1:" + port + "/push" + topic), "POST", body, headers);
        }
    }

    private static RawWebSocket subscribed(Site site, String topic) throws IOException {
        RawWebSocket client = RawWebSocket.open(site.port(), "/ws", "Sec-WebSocket-Protocol: wamp");
        client.receive();
        client.send("[5,\"" + topic + "\"]").send("[2,\"1\",\"none\"]");
        assertThat(client.receive()).startsWith("[4,");
        return client;
    }

    private static String[] bearer(String token) {
        return new String[] {"Authorization", "Bearer " + token};
    }

    @Test
    @Row(PUSH_ALLOW_ANONYMOUS)
    void allow_anonymous_requires_no_credentials() throws Exception {
        try (Site site = Target.PUSH.open("")) {
            assertThat(Site.run(
                            "curl",
                            "-sS",
                            "-H",
                            "Content-Type: application/json",
                            "-d",
                            "1",
                            site.uri("/push/news").toString()))
                    .contains("\"subscribers\"");
        }
        assertThat(Site.problems(web(route("/push", Key.PUSH))))
                .singleElement()
                .asString()
                .contains("no credentials");
    }

    @Test
    @Row({PUSH_TOPIC_FIELD, HTTP_BRIDGE_TOPIC_FIELD})
    void topic_field_selects_the_topic() throws Exception {
        for (Target target : Target.values()) {
            String body = "{\"category\":\"news\",\"title\":\"hi\"}";
            try (Site site = target.open("", target.key("TOPIC_FIELD").text("category"));
                    RawWebSocket client = subscribed(site, "news")) {
                assertThat(target.post(site, "", body).statusCode()).isEqualTo(200);
                assertThat(client.receive()).isEqualTo("[8,\"news\"," + body + "]");
            }
            try (Site site = target.open("")) {
                assertThat(target.post(site, "", body).statusCode()).isEqualTo(400);
            }
        }
    }

    @Test
    @Row({
        PUSH_TOKENS_NAME, PUSH_TOKENS_TOKEN, PUSH_TOKENS_TOPICS, PUSH_TOKENS_EVENTS_PER_SECOND,
        HTTP_BRIDGE_TOKENS_NAME, HTTP_BRIDGE_TOKENS_TOKEN, HTTP_BRIDGE_TOKENS_TOPICS,
                HTTP_BRIDGE_TOKENS_EVENTS_PER_SECOND
    })
    void tokens_authenticate_backends() throws Exception {
        for (Target target : Target.values()) {
            String tokens = target.key("TOKENS")
                    .rows(
                            List.of(target.key("TOKENS_TOKEN").text(TOKEN)),
                            List.of(
                                    target.key("TOKENS_TOKEN").text(TOKEN + "-limited"),
                                    target.key("TOKENS_NAME").text("shop"),
                                    target.key("TOKENS_TOPICS").texts("news.*"),
                                    target.key("TOKENS_EVENTS_PER_SECOND").is(1)));
            try (Site site = target.start("", tokens)) {
                assertThat(target.post(site, "/any", "1").statusCode()).isEqualTo(401);
                assertThat(target.post(site, "/any", "1", bearer("wrong")).statusCode())
                        .isEqualTo(401);
                String many = many("news.a");
                assertThat(target.post(site, "", many, bearer(TOKEN)).statusCode())
                        .isEqualTo(200);
                assertThat(target.post(site, "", many, bearer(TOKEN)).statusCode())
                        .isEqualTo(200);
                String[] limited = bearer(TOKEN + "-limited");
                named(site, target, "shop", limited);
                assertThat(target.post(site, "", many, limited).statusCode()).isEqualTo(200);
                assertThat(target.post(site, "/news.a", "1", limited).statusCode())
                        .isEqualTo(429);
            }
            try (Site site = target.start(
                    "",
                    target.key("TOKENS")
                            .row(
                                    target.key("TOKENS_TOKEN").text(TOKEN),
                                    target.key("TOKENS_TOPICS").texts("news")))) {
                named(
                        site,
                        target,
                        PrintedKeys.defaultOf(target.key("TOKENS_NAME")).replace("\"", ""),
                        bearer(TOKEN));
            }
        }
    }

    /** Number of events that exceeds the rate even on a slow machine. */
    private static String many(String topic) {
        return "[" + String.join(",", java.util.Collections.nCopies(1000, "{\"topic\":\"" + topic + "\",\"event\":1}"))
                + "]";
    }

    /** Verifies that a rejected push is logged with the name of the backend. */
    private static void named(Site site, Target target, String name, String... headers) throws Exception {
        int port = target == Target.PUSH ? site.port() : site.port("http");
        site.drainLog();
        try (RawClient raw = RawClient.fromUnusedAddress(port)) {
            raw.send("POST /push/forbidden HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                    + headers[0] + ": " + headers[1] + "\r\nContent-Length: 1\r\n\r\n1");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 403 ");
        }
        assertThat(site.awaitLog("403")).contains("backend=" + name);
    }

    private static String[] signed(Target target, String path, String body, long time, String secret) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
        mac.update((time + ".POST /push" + path + "\n").getBytes(UTF_8));
        String hex = HexFormat.of().formatHex(mac.doFinal(body.getBytes(UTF_8)));
        return new String[] {"Sprocket-Signature", "t=" + time + ",v1=" + hex};
    }

    private static int push(Site site, Target target, String topic, String body, long secondsAgo) throws Exception {
        long time = Instant.now().getEpochSecond() - secondsAgo;
        return target.post(site, topic, body, signed(target, topic, body, time, SECRET))
                .statusCode();
    }

    @Test
    @Row({
        PUSH_SIGNING_KEYS_NAME,
        PUSH_SIGNING_KEYS_KEY,
        PUSH_SIGNING_KEYS_TOPICS,
        PUSH_SIGNING_KEYS_EVENTS_PER_SECOND,
        PUSH_SIGNATURE_TOLERANCE,
        HTTP_BRIDGE_SIGNING_KEYS_NAME,
        HTTP_BRIDGE_SIGNING_KEYS_KEY,
        HTTP_BRIDGE_SIGNING_KEYS_TOPICS,
        HTTP_BRIDGE_SIGNING_KEYS_EVENTS_PER_SECOND,
        HTTP_BRIDGE_SIGNATURE_TOLERANCE
    })
    void signing_keys_authenticate_within_signature_tolerance() throws Exception {
        for (Target target : Target.values()) {
            String signing = target.key("SIGNING_KEYS")
                    .row(
                            target.key("SIGNING_KEYS_KEY").text(SECRET),
                            target.key("SIGNING_KEYS_NAME").text("shop"),
                            target.key("SIGNING_KEYS_TOPICS").texts("news"),
                            target.key("SIGNING_KEYS_EVENTS_PER_SECOND").is(1));
            long window = PrintedKeys.secondsOf(target.key("SIGNATURE_TOLERANCE"));
            try (Site site = target.start("", signing)) {
                assertThat(push(site, target, "/news", "2", window + 1)).isEqualTo(401);
                named(
                        site,
                        target,
                        "shop",
                        signed(target, "/forbidden", "1", Instant.now().getEpochSecond(), SECRET));
                assertThat(push(site, target, "", many("news"), window / 2)).isEqualTo(200);
                assertThat(push(site, target, "/news", "1", 0)).isEqualTo(429);
                long now = Instant.now().getEpochSecond();
                assertThat(target.post(site, "/news", "3", signed(target, "/news", "3", now, SECRET + "x"))
                                .statusCode())
                        .isEqualTo(401);
            }
            String free = target.key("SIGNING_KEYS")
                    .row(target.key("SIGNING_KEYS_KEY").text(SECRET));
            try (Site site =
                    target.start("", free, target.key("SIGNATURE_TOLERANCE").is("10m"))) {
                assertThat(push(site, target, "/any", "1", window + 1)).isEqualTo(200);
                assertThat(push(site, target, "/any", "1", 601)).isEqualTo(401);
            }
        }
    }

    @Test
    @Row({PUSH_IDEMPOTENCY_TTL, PUSH_IDEMPOTENCY_MAX_SIZE, HTTP_BRIDGE_IDEMPOTENCY_TTL, HTTP_BRIDGE_IDEMPOTENCY_MAX_SIZE
    })
    void idempotency_key_publishes_once() throws Exception {
        for (Target target : Target.values()) {
            try (Site site = target.open("");
                    RawWebSocket client = subscribed(site, "news")) {
                target.post(site, "/news", "1", "Idempotency-Key", "a");
                target.post(site, "/news", "1", "Idempotency-Key", "a");
                target.post(site, "/news", "2", "Idempotency-Key", "b");
                assertThat(client.receive() + client.receive()).isEqualTo("[8,\"news\",1][8,\"news\",2]");
            }
            try (Site site = target.open("", target.key("IDEMPOTENCY_TTL").is("1ms"));
                    RawWebSocket client = subscribed(site, "news")) {
                target.post(site, "/news", "1", "Idempotency-Key", "a");
                assertThat(client.receive()).isEqualTo("[8,\"news\",1]");
                // forgotten as soon as its time is over
                while (!target.post(site, "/news", "2", "Idempotency-Key", "a")
                        .body()
                        .contains("subscribers")) {
                    SpinWait.once();
                }
                assertThat(client.receive()).isEqualTo("[8,\"news\",2]");
            }
            try (Site site = target.open("", target.key("IDEMPOTENCY_MAX_SIZE").is("\"600 B\""))) {
                assertThat(target.post(site, "/news", "1", "Idempotency-Key", "a")
                                .statusCode())
                        .isEqualTo(200);
                assertThat(target.post(site, "/news", "1", "Idempotency-Key", "b")
                                .statusCode())
                        .isEqualTo(503);
            }
        }
    }

    @Test
    @Row({PUSH_PENDING_LIMIT, HTTP_BRIDGE_PENDING_LIMIT})
    void pending_limit_responds_503() throws Exception {
        String late = TOPICS.named("\"*\"", TOPICS_BATCH_WINDOW.is("30s"));
        for (Target target : Target.values()) {
            try (Site site = target.open(late, target.key("PENDING_LIMIT").is("\"1 B\""));
                    RawWebSocket client = subscribed(site, "news")) {
                assertThat(target.post(site, "/news", "1").statusCode()).isEqualTo(200);
                assertThat(target.post(site, "/news", "2").statusCode()).isEqualTo(503);
            }
            try (Site site = target.open(late);
                    RawWebSocket client = subscribed(site, "news")) {
                assertThat(target.post(site, "/news", "1").statusCode()).isEqualTo(200);
                assertThat(target.post(site, "/news", "2").statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    @Row({HTTP_BRIDGE_HOST, HTTP_BRIDGE_PORT, HTTP_BRIDGE_PATH, HTTP_BRIDGE_TOPICS_PATH})
    void bridge_listens_on_host_port_and_paths() throws Exception {
        int port = Site.freePort();
        try (Site site = Site.start(BRIDGES.named(
                "http",
                HTTP_BRIDGE_HOST.text("127.0.0.2"),
                HTTP_BRIDGE_PORT.is(port),
                HTTP_BRIDGE_PATH.text("/in"),
                HTTP_BRIDGE_TOPICS_PATH.text("/topics")))) {
            String at = "http://127.0.0.2:" + port;
            assertThat(Site.send(URI.create(at + "/in/news"), "POST", "1").statusCode())
                    .isEqualTo(200);
            assertThat(Site.send(URI.create(at + "/topics"), "GET", "").statusCode())
                    .isEqualTo(200);
            assertThat(Site.send(URI.create(at + "/push/news"), "POST", "1").statusCode())
                    .isEqualTo(404);
        }
        try (Site site = Site.start(BRIDGES.named("http", HTTP_BRIDGE_PORT.is(0)))) {
            assertThat(site.server().address("http").toString())
                    .contains(PrintedKeys.defaultOf(HTTP_BRIDGE_HOST).replace("\"", ""));
            assertThat(Target.HTTP_BRIDGE.post(site, "/news", "1").statusCode()).isEqualTo(200);
            URI topics = URI.create("http://127.0.0.1:" + site.port("http") + "/topics");
            assertThat(Site.send(topics, "GET", "").statusCode()).isEqualTo(404);
        }
    }
}
