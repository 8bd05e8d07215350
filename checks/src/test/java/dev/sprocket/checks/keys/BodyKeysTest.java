package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.HTTP;
import static dev.sprocket.checks.keys.Key.HTTP_BODY_IDLE_TIMEOUT;
import static dev.sprocket.checks.keys.Key.HTTP_BODY_TIMEOUT;
import static dev.sprocket.checks.keys.Key.HTTP_MIN_BODY_RATE;
import static dev.sprocket.checks.keys.Key.INBOUND_MEMORY_LIMIT;
import static dev.sprocket.checks.keys.Key.LISTENER_LAYERS;
import static dev.sprocket.checks.keys.Key.LISTENER_ROUTES;
import static dev.sprocket.checks.keys.Key.PUSH;
import static dev.sprocket.checks.keys.Key.PUSH_ALLOW_ANONYMOUS;
import static dev.sprocket.checks.keys.Site.listener;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys for slow bodies and for many bodies. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class BodyKeysTest {
    private static final String OPEN = PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on"));
    private static final String HEAD =
            "POST /push/t HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ";

    private static String http(String... settings) {
        return listener(
                "web",
                LISTENER_LAYERS.parts(HTTP.with(settings)),
                LISTENER_ROUTES.is("[" + route("/push", OPEN) + "]"));
    }

    @Test
    @Row(HTTP_BODY_TIMEOUT)
    void body_timeout_responds_408() throws Exception {
        try (Site site = Site.start(http(HTTP_BODY_TIMEOUT.is("100ms")));
                RawClient raw = RawClient.to(site.port())) {
            raw.send(HEAD + "5\r\n\r\n1");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 408 ");
            site.awaitLog("no complete body within 100 ms");
        }
    }

    /** Sends bytes slower than the minimum rate. */
    @Test
    @Row(HTTP_MIN_BODY_RATE)
    void min_body_rate_responds_408() throws Exception {
        try (Site site = Site.start(http(HTTP_MIN_BODY_RATE.is(1 << 30), HTTP_BODY_IDLE_TIMEOUT.is("1s")));
                RawClient raw = RawClient.to(site.port())) {
            raw.send(HEAD + "1000000\r\n\r\n");
            while (raw.socket().getInputStream().available() == 0) {
                raw.send("x");
                site.get("/health");
            }
            assertThat(raw.readHead()).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    @Row(INBOUND_MEMORY_LIMIT)
    void inbound_memory_limit_responds_503_and_serves_others() throws Exception {
        try (Site site = Site.start(INBOUND_MEMORY_LIMIT.is("\"20000 B\""), web(route("/push", OPEN)))) {
            List<RawClient> held = hold(site);
            assertThat(refused(site, held).readHead())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("Retry-After: 5");
            assertThat(site.post("/push/t", "1", "Content-Type", "application/json")
                            .statusCode())
                    .isEqualTo(200);
            close(held);
        }
        try (Site site = Site.start(web(route("/push", OPEN)))) {
            List<RawClient> held = hold(site);
            for (RawClient raw : held) {
                raw.send("\"");
                assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
            }
            close(held);
        }
    }

    /** Sends three bodies of 9,000 bytes without their last byte. */
    private static List<RawClient> hold(Site site) throws IOException {
        List<RawClient> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            held.add(RawClient.to(site.port()).send(HEAD + "9000\r\n\r\n\"" + "x".repeat(8_998)));
        }
        return held;
    }

    /** Returns the request that gets a response before its body is complete. */
    private static RawClient refused(Site site, List<RawClient> held) throws IOException, InterruptedException {
        while (true) {
            for (RawClient raw : held) {
                if (raw.socket().getInputStream().available() > 0) {
                    return raw;
                }
            }
            site.get("/health");
        }
    }

    private static void close(List<RawClient> held) throws IOException {
        for (RawClient raw : held) {
            raw.close();
        }
    }
}
