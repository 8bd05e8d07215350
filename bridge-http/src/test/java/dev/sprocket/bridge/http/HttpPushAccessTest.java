package dev.sprocket.bridge.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.Wire;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.PublishListener;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.testkit.HttpPeer;
import dev.sprocket.testkit.HttpPeer.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Authentication, allowed topics and rate limits of pushes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class HttpPushAccessTest {
    private static final String JSON = "Content-Type: application/json";

    private Instant now = Instant.ofEpochSecond(1_700_000_000);
    private final InstantSource clock = () -> now;
    private final Router router = HttpPush.builder(new Topics())
            .backend(Backend.token("cms", "cms-token"))
            .backend(Backend.token("blog", "blog's").topics("blog.*", "news"))
            .backend(Backend.token("slow", "slow's").eventsPerSecond(10))
            .backend(Backend.signing("shop", "key"))
            .signatureTolerance(Duration.ofSeconds(60))
            .clock(clock)
            .ticker(clock::millis)
            .build()
            .on(new Router(), "/push", "/topics");

    @CanIgnoreReturnValue
    private Response post(String target, String body, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = JSON;
        return HttpPeer.to(router).send("POST", target, body, all);
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    private static String hmac(String key, String signed) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(UTF_8)));
    }

    private static String signature(String time, String signed) throws Exception {
        return "Sprocket-Signature: t=" + time + ",v1=" + hmac("key", time + "." + signed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "401 /push/t",
                "401 /push/t Authorization: Bearer wrong",
                "401 /push Sprocket-Signature: nonsense",
                "401 /push Sprocket-Signature: t=1699999000,v1=HEX",
                "403 /push/other Authorization: Bearer blog's",
                "403 /push/wamp.x Authorization: Bearer cms-token",
                "415 /push/t Authorization: Bearer cms-token",
                "401 /push/openapi.json"
            })
    void rejects_by_head_before_the_body(String expected) {
        String[] parts = expected.replace("HEX", "0".repeat(64)).split(" ", 3);
        String head = "POST " + parts[1] + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n"
                + "Expect: 100-continue\r\n" + (parts[0].equals("415") ? "" : JSON + "\r\n")
                + (parts.length < 3 ? "" : parts[2] + "\r\n") + "\r\n";
        try (Wire wire = new Wire()) {
            IoServer.attach(wire.channel(), new HttpServer(router));
            wire.send(head);
            assertThat(wire.received()).startsWith("HTTP/1.1 " + parts[0] + " ").contains("connection: close");
        }
    }

    @Test
    void sends_100_continue_when_signature_covers_the_body() throws Exception {
        String body = "{\"topic\":\"t\",\"event\":1}";
        String signed = signature("1700000000", "POST /push\n" + body);
        try (Wire wire = new Wire()) {
            IoServer.attach(wire.channel(), new HttpServer(router));
            wire.send("POST /push HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n" + JSON + "\r\n" + signed
                    + "\r\nContent-Length: " + body.length() + "\r\n\r\n");
            assertThat(wire.received()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            wire.send(body);
            assertThat(wire.received()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void valid_token_is_accepted() {
        assertThat(post("/push/t", "1", bearer("blog's")).status()).isEqualTo(403);
        assertThat(post("/push/t", "1", bearer("slow's")).status()).isEqualTo(200);
        assertThat(post("/push/t", "1", "authorization: bearer slow's").status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Nothing: x",
                "Authorization: Bearer slow'",
                "Authorization: Bearer slow's2",
                "Authorization: Bearer ",
                "Authorization: Basic c2xvdydz",
                "Authorization: Bearer key",
                "Sprocket-Signature: x"
            })
    void invalid_credentials_are_rejected_without_details(String header) {
        Response response = post("/push/t", "1", header);

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.body()).startsWith("{\"error\":\"").doesNotContain("slow's", "cms-token", "blog's");
        assertThat(HttpPeer.to(router).send("GET", "/topics", "", header).status())
                .isEqualTo(401);
        assertThat(HttpPeer.to(router).send("GET", "/topics/t", "", header).status())
                .isEqualTo(401);
    }

    @Test
    void retained_events_are_cleared_by_delete() {
        Topics topics = new Topics();
        List<String> cleared = new ArrayList<>();
        topics.addListener(new PublishListener() {
            @Override
            public void onPublished(PublishedEvent published, Audience audience) {}

            @Override
            public boolean clearRetained(String topic) {
                cleared.add(topic);
                return topic.equals("blog.a");
            }
        });
        Router own = HttpPush.builder(topics)
                .backend(Backend.token("blog", "blog's").topics("blog.*"))
                .build()
                .on(new Router(), "/push", "/topics");

        assertThat(delete(own, "blog.a", bearer("blog's")).body())
                .isEqualTo("{\"topic\":\"blog.a\",\"cleared\":true}\n");
        assertThat(delete(own, "blog.b", bearer("blog's")).body()).contains("\"cleared\":false");
        assertThat(delete(own, "news", bearer("blog's")).status()).isEqualTo(403);
        assertThat(delete(own, "blog.a", bearer("guess")).status()).isEqualTo(401);
        assertThat(cleared).containsExactly("blog.a", "blog.b");
    }

    private static Response delete(Router router, String topic, String header) {
        return HttpPeer.to(router).send("DELETE", "/topics/" + topic + "/retained", "", header);
    }

    @Test
    void reserved_topics_are_rejected() {
        assertThat(post("/push/wamp.session.on_join", "1", bearer("cms-token")).status())
                .isEqualTo(403);
        assertThat(post("/push", "{\"topic\":\"wamp.a\",\"event\":1}", bearer("cms-token"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void two_credentials_are_rejected() {
        assertThat(post("/push/t", "1", bearer("slow's"), bearer("slow's")).status())
                .isEqualTo(401);
    }

    @Test
    void toString_does_not_contain_the_secret() {
        assertThat(Backend.token("cms", "cms-token")).hasToString("backend cms");
        assertThat(Backend.signing("shop", "key")).hasToString("backend shop");
    }

    @Test
    void batch_with_disallowed_topic_publishes_nothing() {
        assertThat(post("/push/blog.cats", "1", bearer("blog's")).status()).isEqualTo(200);
        assertThat(post("/push/news", "1", bearer("blog's")).status()).isEqualTo(200);

        Response other =
                post("/push", "[{\"topic\":\"news\",\"event\":1},{\"topic\":\"shop\",\"event\":1}]", bearer("blog's"));
        assertThat(other.status()).isEqualTo(403);
        assertThat(other.body()).isEqualTo("{\"error\":\"topic not allowed (expected: blog.*, news)\"}\n");
        assertThat(HttpPeer.to(router)
                        .send("GET", "/topics/shop", "", bearer("blog's"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void exceeding_the_rate_responds_429_with_retry_after() {
        for (int i = 0; i < 10; i++) {
            assertThat(post("/push/t", "1", bearer("slow's")).status()).isEqualTo(200);
        }
        Response refused = post("/push/t", "1", bearer("slow's"));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers()).containsEntry("retry-after", "1");

        now = now.plusMillis(100);
        assertThat(post("/push/t", "1", bearer("slow's")).status()).isEqualTo(200);
        assertThat(post("/push/t", "1", bearer("slow's")).status()).isEqualTo(429);
    }

    @Test
    void batch_may_exceed_rate_and_delays_the_next() {
        String batch = "[" + "{\"topic\":\"t\",\"event\":1},".repeat(39) + "{\"topic\":\"t\",\"event\":1}]";
        assertThat(post("/push", batch, bearer("slow's")).status()).isEqualTo(200);

        assertThat(post("/push/t", "1", bearer("slow's")).headers()).containsEntry("retry-after", "4");
        now = now.plusSeconds(3);
        assertThat(post("/push/t", "1", bearer("slow's")).status()).isEqualTo(429);
        now = now.plusMillis(100);
        assertThat(post("/push/t", "1", bearer("slow's")).status()).isEqualTo(200);
    }

    @Test
    void signature_over_time_method_path_body_is_accepted() throws Exception {
        assertThat(post("/push/t?x=1", "[1]", signature("1700000000", "POST /push/t?x=1\n[1]"))
                        .status())
                .isEqualTo(200);
        assertThat(HttpPeer.to(router)
                        .send("GET", "/topics", "", signature("1700000000", "GET /topics\n"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void signature_of_other_data_is_rejected() throws Exception {
        for (String other : new String[] {"PUT /push/t\n1", "POST /push/u\n1", "POST /push/t\n2", "POST /push/t1\n"}) {
            Response response = post("/push/t", "1", signature("1700000000", other));
            assertThat(response.status()).isEqualTo(401);
            assertThat(response.body()).isEqualTo("{\"error\":\"wrong signature\"}\n");
        }
    }

    @Test
    void signature_is_valid_once_and_fractions_differ() throws Exception {
        String once = signature("1700000000", "POST /push/t\n1");
        assertThat(post("/push/t", "1", once).status()).isEqualTo(200);

        Response again = post("/push/t", "1", once);
        assertThat(again.status()).isEqualTo(401);
        assertThat(again.body()).contains("used before");
        now = now.plusSeconds(60);
        assertThat(post("/push/t", "1", once).status()).isEqualTo(401);

        assertThat(post("/push/t", "1", signature("1700000000.5", "POST /push/t\n1"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void future_signature_is_stored_until_it_expires() throws Exception {
        String early = signature("1700000060", "POST /push/t\n1");
        assertThat(post("/push/t", "1", early).status()).isEqualTo(200);
        for (int i = 0; i < 12; i++) {
            now = now.plusSeconds(10);
            post("/push/t", "1", signature(now.getEpochSecond() + "", "POST /push/t\n1"));
            assertThat(post("/push/t", "1", early).body()).contains("used before");
        }
        now = now.plusSeconds(1);
        assertThat(post("/push/t", "1", early).body()).contains("signature time differs by");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1699999939", "1700000061", "0", "999999999999"})
    void signature_outside_tolerance_is_rejected(String time) throws Exception {
        Response response = post("/push/t", "1", signature(time, "POST /push/t\n1"));

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.body()).contains("seconds (expected: <= 60");
    }

    @Test
    void several_signatures_are_accepted_during_key_rotation() throws Exception {
        String signed = "1700000000.POST /push/t\n1";
        String header = "Sprocket-Signature: t=1700000000,v1=" + hmac("old key", signed) + ",v1=" + hmac("key", signed);

        assertThat(post("/push/t", "1", header).status()).isEqualTo(200);
    }

    @Test
    void stored_signatures_are_bounded_and_replays_rejected() {
        ReplayGuard replays = new ReplayGuard(1000, 2, 0);
        replays.use(new byte[] {1}, 0);
        replays.use(new byte[] {2}, 0);

        assertThat(catchThrowableOfType(PushRejectedException.class, () -> replays.use(new byte[] {3}, 0))
                        .response()
                        .status())
                .isEqualTo(503);
        assertThat(catchThrowableOfType(PushRejectedException.class, () -> replays.use(new byte[] {1}, 1000))
                        .response()
                        .status())
                .isEqualTo(401);
        replays.use(new byte[] {1}, 2001);
    }

    @Test
    void duplicate_name_empty_secret_and_zero_rate_are_errors() {
        Backend one = Backend.token("cms", "x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpPush.builder(new Topics()).backend(one).backend(one))
                .withMessage("two backends have the name cms");
        assertThatIllegalArgumentException().isThrownBy(() -> Backend.token("cms", ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backend.token("cms", "pässword"))
                .withMessage("token of cms (expected: visible ASCII, RFC 6750 2.1)");
        assertThatIllegalArgumentException().isThrownBy(() -> Backend.signing("cms", ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> one.eventsPerSecond(0))
                .withMessage("eventsPerSecond: 0 (expected: >= 1)");
    }
}
