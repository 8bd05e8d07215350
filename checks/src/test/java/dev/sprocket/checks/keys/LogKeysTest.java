package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.listener;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.leaktest.SpinWait;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys of the log and of access logs, with curl and the JDK. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class LogKeysTest {
    /** Combined Log Format, as log analyzers read it, and the fields of Sprocket after it. */
    private static final Pattern COMBINED =
            Pattern.compile("(\\S+) (\\S+) (\\S+) \\[([^]]+)] \"((?:[^\"\\\\]|\\\\.)*)\""
                    + " (\\d{3}) (\\d+|-) \"((?:[^\"\\\\]|\\\\.)*)\" \"((?:[^\"\\\\]|\\\\.)*)\""
                    + " duration_ms=\\d+(?: code=(\\d{4}))?(?: messages=\\d+ received=\\d+)?");

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("access.log");
    }

    private List<String> await(int lines) throws IOException, InterruptedException {
        while (!Files.exists(file()) || Files.readAllLines(file()).size() < lines) {
            SpinWait.once();
        }
        return Files.readAllLines(file());
    }

    private static Matcher combined(String line) {
        Matcher found = COMBINED.matcher(line);
        assertThat(found.matches()).as(line).isTrue();
        return found;
    }

    /** Opens a WebSocket of the JDK, receives an echo, and closes it with a code. */
    private static void echo(URI uri, int code) {
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Origin", "http://" + uri.getAuthority())
                .buildAsync(URI.create(uri.toString().replace("http:", "ws:")), new WebSocket.Listener() {})
                .join();
        socket.sendText("hello", true).join();
        socket.sendClose(code, "done").join();
    }

    @Test
    @Row({ACCESS_LOG, ACCESS_LOG_FILE})
    void requests_of_a_listener_match_combined_format() throws Exception {
        String routes = LISTENER_ROUTES.is("[" + route("/ws", ECHO, WS) + "\n"
                + route("/events", EVENTS) + "\n"
                + route(
                        "/secure",
                        ECHO,
                        BASIC_AUTH.with(BASIC_AUTH_USERS.row(
                                BASIC_AUTH_USERS_USER.text("ann \"x"), BASIC_AUTH_USERS_PASSWORD.text("secret"))),
                        WS)
                + "]");
        try (Site site = Site.start(
                listener(
                        "web",
                        LISTENER_LAYERS.parts(ACCESS_LOG.with(ACCESS_LOG_FILE.text(file().toString())), "http"),
                        routes),
                Site.ALLOW_ALL)) {
            String base = "http://127.0.0.1:" + site.port();
            Site.run("curl", "-s", "-A", "a\"b\\c", "-e", "http://ref/", base + "/nothing?token=secret");
            Matcher missing = combined(await(1).get(0));
            assertThat(missing.group(1)).isEqualTo("127.0.0.1");
            assertThat(missing.group(3)).isEqualTo("-");
            assertThat(missing.group(5)).isEqualTo("GET /nothing HTTP/1.1");
            assertThat(missing.group(6)).isEqualTo("404");
            assertThat(missing.group(7)).isEqualTo("14");
            assertThat(missing.group(8)).isEqualTo("http://ref/");
            assertThat(missing.group(9)).isEqualTo("a\\\"b\\\\c");

            echo(URI.create(base + "/ws"), 4001);
            Matcher socket = combined(await(2).get(1));
            assertThat(socket.group(5)).isEqualTo("GET /ws HTTP/1.1");
            assertThat(socket.group(6)).isEqualTo("101");
            // the echo in a frame of 7 bytes, and the close frame with code and reason
            assertThat(socket.group(7)).isEqualTo("15");
            assertThat(socket.group(10)).isEqualTo("4001");

            Site.run("bash", "-c", "curl -sN -m 0.5 " + base + "/events/news || true");
            Matcher stream = combined(await(3).get(2));
            assertThat(stream.group(6)).isEqualTo("200");
            assertThat(Integer.parseInt(stream.group(7))).isPositive();

            Site.run("curl", "-s", "-u", "ann \"x:secret", "-H", "Origin: " + base, base + "/secure");
            assertThat(combined(await(4).get(3)).group(3)).isEqualTo("ann\\x20\\\"x");

            try (RawClient raw = RawClient.to(site.port())) {
                raw.send("GET /\u0001 HTTP/1.1\r\n\r\n").readRest();
            }
            assertThat(combined(await(5).get(4)).group(5)).isEqualTo("-");
        }
    }

    @Test
    @Row({ACCESS_LOG_FORMAT, ACCESS_LOG_QUERY})
    void route_logs_its_requests_as_json() throws Exception {
        Path json = folder.resolve("access.log");
        Path common = folder.resolve("common.log");
        try (Site site = Site.start(web(
                route(
                        "/json",
                        ECHO,
                        ACCESS_LOG.with(
                                ACCESS_LOG_FORMAT.is("json"),
                                ACCESS_LOG_QUERY.is("on"),
                                ACCESS_LOG_FILE.text(json.toString())),
                        WS),
                route(
                        "/common",
                        ECHO,
                        ACCESS_LOG.with(ACCESS_LOG_FORMAT.is("common"), ACCESS_LOG_FILE.text(common.toString())),
                        WS)))) {
            String base = "http://127.0.0.1:" + site.port();
            Site.run("curl", "-s", base + "/other");
            echo(URI.create(base + "/common"), 1000);
            while (!Files.exists(common) || Files.size(common) == 0) {
                SpinWait.once();
            }
            assertThat(Files.readString(common))
                    .matches("127\\.0\\.0\\.1 - - \\[[^]]+] \"GET /common HTTP/1\\.1\" 101 15"
                            + " duration_ms=\\d+ code=1000\n");
            echo(URI.create(base + "/json?a=b"), 1000);
            JsonObject line = JsonParser.parseString(await(1).get(0)).getAsJsonObject();
            assertThat(line.get("path").getAsString()).isEqualTo("/json?a=b");
            assertThat(line.get("status").getAsInt()).isEqualTo(101);
            assertThat(line.get("code").getAsInt()).isEqualTo(1000);
            assertThat(line.get("peer").getAsString()).isEqualTo("127.0.0.1");

            // as logrotate does without copytruncate
            Files.move(json, folder.resolve("access.log.1"));
            echo(URI.create(base + "/json"), 1000);
            assertThat(await(1)).singleElement().asString().contains("\"path\":\"/json\"");
        }
    }

    @Test
    void client_behind_trusted_proxy_is_logged() throws Exception {
        try (Site site = Site.start(listener(
                "web",
                LISTENER_LAYERS.parts(ACCESS_LOG.with(ACCESS_LOG_FILE.text(file().toString())), "http"),
                LISTENER_ROUTES.is("["
                        + route("/ws", ECHO, TRUSTED_PROXIES.with(TRUSTED_PROXIES_PROXIES.texts("127.0.0.1")), WS)
                        + "]")))) {
            assertThat(site.server().warnings()).isEmpty();
            Site.run("curl", "-s", "-H", "X-Forwarded-For: 2001:db8::7", "http://127.0.0.1:" + site.port() + "/ws");
            assertThat(combined(await(1).get(0)).group(1)).isEqualTo("2001:db8:0:0:0:0:0:7");
        }
        assertThat(Site.start(listener(
                                "web",
                                LISTENER_LAYERS.parts(ACCESS_LOG.key(), "http"),
                                LISTENER_ROUTES.is("[" + route("/ws", ECHO, WS) + "]")))
                        .warningsAndClose())
                .singleElement()
                .asString()
                .contains("access-log: behind a proxy it logs the address of the proxy");
    }

    @Test
    @Row({LOG, LOG_FORMAT, LOG_LEVEL, LOG_LEVELS})
    void log_sets_format_and_levels_by_area() throws Exception {
        String levels = LOG_LEVELS.object("websocket = debug", "session-redis = off", "\"io.lettuce\" = error");
        try (Site site = Site.start(
                LOG.object(LOG_FORMAT.is("json"), LOG_LEVEL.is("warn"), levels), web(route("/ws", ECHO, WS)))) {
            assertThat(site.server().logFormat()).isEqualTo("json");
            assertThat(site.server().logLevels())
                    .isEqualTo(Map.of(
                            "dev.sprocket", "warn",
                            "dev.sprocket.websocket", "debug",
                            "dev.sprocket.session.redis", "off",
                            "io.lettuce", "error"));
        }
        try (Site site = Site.start(web(route("/ws", ECHO, WS)))) {
            assertThat(site.server().logFormat()).isEqualTo("text");
            assertThat(site.server().logLevels()).isEqualTo(Map.of("dev.sprocket", "info"));
        }
        assertThat(Site.problems(
                        LOG.object(LOG_LEVELS.object("webscoket = debug", "http = loud", "io.lettuce = warn")),
                        web(route("/ws", ECHO, WS))))
                .containsExactlyInAnyOrder(
                        "site.conf:1: levels: unknown area webscoket (did you mean websocket?)",
                        "site.conf:1: levels.http: loud (expected: error, warn, info, debug, trace or off)",
                        "site.conf:1: levels.io.lettuce: quote the name of a logger (write \"io.lettuce\")");
    }
}
