package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.leaktest.SpinWait;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys of {@code events} and {@code comet}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("slow")
class StreamKeysTest {
    private static final String OPEN = PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on"));
    private static final int LONG = 60_000;

    private static RawClient stream(Site site, String path) throws IOException {
        RawClient raw = RawClient.to(site.port());
        raw.send("GET " + path + " HTTP/1.0\r\nHost: 127.0.0.1:" + site.port()
                + "\r\nAccept: text/event-stream\r\n\r\n");
        assertThat(raw.readHead()).contains(" 200 ");
        return raw;
    }

    @Test
    @Row(EVENTS_KEEP_ALIVE_INTERVAL)
    void events_streams_topics_to_curl() throws Exception {
        try (Site site = Site.start(web(
                route("/default", EVENTS),
                route("/fast", EVENTS.with(EVENTS_KEEP_ALIVE_INTERVAL.is("1s"))),
                route("/push", OPEN)))) {
            try (RawClient any = stream(site, "/default/other");
                    RawClient fast = stream(site, "/fast/silent")) {
                pushUntilHeard(site, "other");
                assertThat(dataOf(any)).isEqualTo("data: 1");
                // two comments: one may be sent at once
                assertThat(comment(fast) + comment(fast)).startsWith(":");
            }
            Process curl = new ProcessBuilder(
                            "env", "curl", "-sSN", site.uri("/default/curl").toString())
                    .redirectErrorStream(true)
                    .start();
            try {
                pushUntilHeard(site, "curl");
                String line = curl.inputReader().readLine();
                while (line != null && !line.startsWith("data: ")) {
                    line = curl.inputReader().readLine();
                }
                assertThat(line).isEqualTo("data: 1");
            } finally {
                curl.destroy();
            }
        }
    }

    /** Publishes until a subscriber exists. */
    private static void pushUntilHeard(Site site, String topic) throws Exception {
        while (!site.post("/push/" + topic, "1").body().contains("\"subscribers\":1")) {
            SpinWait.once();
        }
    }

    private static String dataOf(RawClient stream) throws IOException {
        String line = stream.readLine();
        while (!line.startsWith("data: ")) {
            line = stream.readLine();
        }
        return line;
    }

    private static String comment(RawClient stream) throws IOException {
        String line = stream.readLine();
        while (!line.startsWith(":")) {
            line = stream.readLine();
        }
        return line;
    }

    private static String open(Site site, String path) throws Exception {
        HttpResponse<String> opened = site.get(path);
        assertThat(opened.body()).as("%s", opened.statusCode()).startsWith("{\"id\":\"");
        return opened.body().substring(7, 29);
    }

    @Test
    @Row(COMET_MAX_CONNECTIONS)
    void max_connections_responds_503() throws Exception {
        try (Site site = Site.start(
                web(route("/default", ECHO, COMET), route("/one", ECHO, COMET.with(COMET_MAX_CONNECTIONS.is(1)))))) {
            open(site, "/one");
            assertThat(site.get("/one").statusCode()).isEqualTo(503);
            open(site, "/default");
        }
    }

    @Test
    @Row({COMET_RECONNECT_TIMEOUT, COMET_POLL_TIMEOUT})
    void reconnect_timeout_ends_an_unpolled_connection() throws Exception {
        try (Site site = Site.start(web(
                route("/default", ECHO, COMET),
                route(
                        "/short",
                        ECHO,
                        COMET.with(COMET_RECONNECT_TIMEOUT.is("100ms"), COMET_POLL_TIMEOUT.is("100ms")))))) {
            String kept = open(site, "/default");
            String id = open(site, "/short");
            HttpResponse<String> polled = site.get("/short?id=" + id + "&after=0");
            // answered with nothing when its time is over; on a slow machine nobody may have polled in time
            assertThat(polled.statusCode() == 404 || polled.body().contains("\"messages\":[]"))
                    .as(polled.body())
                    .isTrue();
            while (site.post("/short?id=" + id, "x").statusCode() != 404) {
                SpinWait.once();
            }
            assertThat(site.post("/default?id=" + kept, "x").statusCode()).isEqualTo(204);
            assertThat(site.get("/default?id=" + kept + "&after=0").body()).contains("\"messages\":[\"x\"]");
        }
    }

    @Test
    @Row(COMET_KEEP_ALIVE_INTERVAL)
    void keep_alive_interval_sends_comments() throws Exception {
        try (Site site = Site.start(web(route("/fast", ECHO, COMET.with(COMET_KEEP_ALIVE_INTERVAL.is("1s")))));
                RawClient fast = stream(site, "/fast")) {
            assertThat(comment(fast) + comment(fast)).startsWith(":");
        }
    }

    /** Sends long messages to an echo whose stream is not read. */
    private static int flood(Site site, String path, String id, int count) throws Exception {
        int taken = 0;
        for (int i = 0; i < count; i++) {
            HttpResponse<String> response = site.post(path + "?id=" + id, "x".repeat(LONG));
            taken += response.statusCode() == 204 ? 1 : 0;
        }
        return taken;
    }

    @Test
    @Row({COMET_REPLAY_BUFFER, COMET_OUTBOUND_LIMIT, COMET_OVERFLOW})
    void replay_buffer_and_outbound_limit_bound_memory() throws Exception {
        try (Site site = Site.start(web(
                route("/default", ECHO, COMET),
                route("/small", ECHO, COMET.with(COMET_OUTBOUND_LIMIT.is("\"100 KiB\""))),
                route(
                        "/drops",
                        ECHO,
                        COMET.with(COMET_OUTBOUND_LIMIT.is("\"100 KiB\""), COMET_OVERFLOW.is("drop-newest")))))) {
            String small = open(site, "/small");
            flood(site, "/small", small, 4);
            assertThat(site.post("/small?id=" + small, "x").statusCode()).isEqualTo(404);
            String drops = open(site, "/drops");
            assertThat(flood(site, "/drops", drops, 4)).isEqualTo(4);
            String polled = site.get("/drops?id=" + drops + "&after=0").body();
            assertThat(polled.length()).isBetween(LONG, 3 * LONG);
            int limit = PrintedKeys.bytesOf(COMET_OUTBOUND_LIMIT);
            String standard = open(site, "/default");
            assertThat(flood(site, "/default", standard, limit / LONG)).isEqualTo(limit / LONG);
            assertThat(site.post("/default?id=" + standard, "x").statusCode()).isEqualTo(204);
            flood(site, "/default", standard, 2);
            assertThat(site.post("/default?id=" + standard, "x").statusCode()).isEqualTo(404);
        }
        for (boolean small : List.of(false, true)) {
            String kept = small ? "\"10 B\"" : PrintedKeys.defaultOf(COMET_REPLAY_BUFFER);
            try (Site site = Site.start(
                            web(route("/replay", ECHO, small ? COMET.with(COMET_REPLAY_BUFFER.is(kept)) : COMET)));
                    RawClient first = stream(site, "/replay")) {
                String id = dataOf(first).substring("data: ".length());
                for (int i = 1; i <= 5; i++) {
                    HttpResponse<String> posted = site.post("/replay?id=" + id, "message " + i);
                    assertThat(posted.statusCode())
                            .as(posted.body() + i + small)
                            .isEqualTo(204);
                    assertThat(dataOf(first)).isEqualTo("data: message " + i);
                }
                HttpResponse<String> again = site.get("/replay?id=" + id + "&after=1");
                if (small) {
                    assertThat(again.statusCode()).isEqualTo(404);
                } else {
                    assertThat(again.body()).contains("message 2").contains("message 5");
                }
            }
        }
    }
}
