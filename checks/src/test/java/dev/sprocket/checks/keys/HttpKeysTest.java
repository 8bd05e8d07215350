package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.listener;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.run;
import static dev.sprocket.checks.keys.Site.web;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys of {@code http} and of the layers between it and a component. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class HttpKeysTest {
    private static final String OPEN = PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on"));

    @TempDir
    Path folder;

    private String files;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("hello.txt"), "hello");
        files = FILES.with(FILES_DIRECTORY.text(folder.toString()));
    }

    private static String http(String setting, String... routes) {
        return listener(
                "web",
                LISTENER_LAYERS.parts(HTTP.with(setting)),
                LISTENER_ROUTES.is("[" + String.join(", ", routes) + "]"));
    }

    /** Returns the status of a GET request with a head of this size. */
    private static int headOf(Site site, int bytes) throws IOException {
        try (RawClient raw = RawClient.to(site.port())) {
            String head = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Pad: \r\n\r\n";
            raw.send(head.replace("X-Pad: ", "X-Pad: " + "x".repeat(bytes - head.length())));
            return status(raw.readHead());
        }
    }

    private static int headersOf(Site site, int count) throws IOException {
        try (RawClient raw = RawClient.to(site.port())) {
            raw.send("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n" + "X: 1\r\n".repeat(count - 1) + "\r\n");
            return status(raw.readHead());
        }
    }

    private static int bodyOf(Site site, int bytes) throws IOException {
        try (RawClient raw = RawClient.to(site.port())) {
            raw.send("POST /push/t HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
                    + bytes + "\r\n\r\n\"" + "x".repeat(bytes - 2) + "\"");
            return status(raw.readHead());
        }
    }

    static int status(String head) {
        assertThat(head).startsWith("HTTP/1.1 ");
        return Integer.parseInt(head.substring(9, 12));
    }

    @Test
    @Row(HTTP_MAX_HEADER_SIZE)
    void max_header_size_responds_431() throws Exception {
        try (Site site = Site.start(http(HTTP_MAX_HEADER_SIZE.is("\"300 B\""), route("/push", OPEN)))) {
            assertThat(headOf(site, 290)).isEqualTo(200);
            assertThat(headOf(site, 320)).isEqualTo(431);
        }
        try (Site site = Site.start(web(route("/push", OPEN)))) {
            int limit = PrintedKeys.bytesOf(HTTP_MAX_HEADER_SIZE);
            assertThat(headOf(site, limit - 10)).isEqualTo(200);
            assertThat(headOf(site, limit + 20)).isEqualTo(431);
        }
    }

    @Test
    @Row(HTTP_MAX_HEADERS)
    void max_headers_responds_431() throws Exception {
        try (Site site = Site.start(http(HTTP_MAX_HEADERS.is(3), route("/push", OPEN)))) {
            assertThat(headersOf(site, 3)).isEqualTo(200);
            assertThat(headersOf(site, 4)).isEqualTo(431);
        }
        try (Site site = Site.start(web(route("/push", OPEN)))) {
            int max = PrintedKeys.numberOf(HTTP_MAX_HEADERS);
            assertThat(headersOf(site, max)).isEqualTo(200);
            assertThat(headersOf(site, max + 1)).isEqualTo(431);
        }
    }

    @Test
    @Row(HTTP_MAX_BODY_SIZE)
    void max_body_size_responds_413() throws Exception {
        try (Site site = Site.start(http(HTTP_MAX_BODY_SIZE.is("\"10 B\""), route("/push", OPEN)))) {
            assertThat(bodyOf(site, 10)).isEqualTo(200);
            assertThat(bodyOf(site, 11)).isEqualTo(413);
        }
        try (Site site = Site.start(web(route("/push", OPEN)))) {
            int limit = PrintedKeys.bytesOf(HTTP_MAX_BODY_SIZE);
            assertThat(bodyOf(site, limit)).isEqualTo(200);
            assertThat(bodyOf(site, limit + 1)).isEqualTo(413);
        }
    }

    @Test
    @Row(HTTP_HEADER_TIMEOUT)
    void header_timeout_responds_408() throws Exception {
        try (Site site = Site.start(http(HTTP_HEADER_TIMEOUT.is("100ms"), route("/push", OPEN)));
                RawClient raw = RawClient.fromUnusedAddress(site.port())) {
            raw.send("GET /health HT");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 408 ");
            site.awaitLog("incomplete after 100 ms");
        }
    }

    @Test
    @Row(HTTP_BODY_IDLE_TIMEOUT)
    void body_idle_timeout_responds_408() throws Exception {
        try (Site site = Site.start(http(HTTP_BODY_IDLE_TIMEOUT.is("100ms"), route("/push", OPEN)));
                RawClient raw = RawClient.fromUnusedAddress(site.port())) {
            raw.send("POST /push/t HTTP/1.1\r\n"
                    + "Host: 127.0.0.1\r\n"
                    + "Content-Type: application/json\r\n"
                    + "Content-Length: 5\r\n\r\n"
                    + "1");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 408 ");
            site.awaitLog("within 100 ms");
        }
    }

    @Test
    @Row(HTTP_RESPONSE_TIMEOUT)
    void response_timeout_responds_503() throws Exception {
        String poll = route("/poll", ECHO, COMET.with(COMET_POLL_TIMEOUT.is("20s")));
        try (Site site = Site.start(http(HTTP_RESPONSE_TIMEOUT.is("100ms"), poll))) {
            String id = site.get("/poll").body().substring(7, 29);
            HttpResponse<String> late = site.get("/poll?id=" + id);
            assertThat(late.statusCode()).as(late.body()).isEqualTo(503);
        }
    }

    @Test
    @Row(HTTP_KEEP_ALIVE_TIMEOUT)
    void keep_alive_timeout_closes_an_idle_connection() throws Exception {
        try (Site site = Site.start(http(HTTP_KEEP_ALIVE_TIMEOUT.is("100ms"), route("/push", OPEN)));
                RawClient raw = RawClient.to(site.port())) {
            raw.send("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ").doesNotContainIgnoringCase("connection: close");
            assertThat(raw.readRest()).endsWith("{\"status\":\"up\"}\n");
        }
    }

    private static String origin(HttpResponse<String> response) {
        return response.headers().firstValue("Access-Control-Allow-Origin").orElse("none");
    }

    private static HttpResponse<String> preflight(Site site, String path, String method, String headers)
            throws Exception {
        return site.send(
                "OPTIONS",
                path,
                "",
                "Origin",
                "https://a.example",
                "Access-Control-Request-Method",
                method,
                "Access-Control-Request-Headers",
                headers);
    }

    @Test
    @Row({CORS_ALLOW, CORS_SAME_HOST})
    void cors_allows_configured_origins() throws Exception {
        try (Site site = Site.start(web(
                route("/a", files, CORS.with(CORS_ALLOW.texts("a.example"))),
                route("/none", files, CORS),
                route("/other", files, CORS.with(CORS_SAME_HOST.is("off"), CORS_ALLOW.texts("a.example")))))) {
            assertThat(origin(site.get("/a/hello.txt", "Origin", "https://a.example")))
                    .isEqualTo("https://a.example");
            assertThat(origin(site.get("/a/hello.txt", "Origin", "https://b.example")))
                    .isEqualTo("none");
            assertThat(origin(site.get("/none/hello.txt", "Origin", "https://a.example")))
                    .isEqualTo("none");
            // another port of the same host
            assertThat(origin(site.get("/none/hello.txt", "Origin", "http://127.0.0.1:1")))
                    .isEqualTo("http://127.0.0.1:1");
            assertThat(origin(site.get("/other/hello.txt", "Origin", "http://127.0.0.1:1")))
                    .isEqualTo("none");
        }
    }

    @Test
    @Row({CORS_METHODS, CORS_HEADERS, CORS_CREDENTIALS})
    void cors_responds_to_the_preflight() throws Exception {
        String allow = CORS_ALLOW.texts("a.example");
        try (Site site = Site.start(web(
                route("/default", OPEN, CORS.with(allow)),
                route("/put", OPEN, CORS.with(allow, CORS_METHODS.texts("PUT"), CORS_HEADERS.texts("X-Key"))),
                route("/cookies", OPEN, CORS.with(allow, CORS_CREDENTIALS.is("on")))))) {
            HttpResponse<String> post = preflight(site, "/default/t", "POST", "");
            assertThat(post.statusCode()).isEqualTo(204);
            assertThat(post.headers().firstValue("Access-Control-Allow-Methods"))
                    .contains(PrintedKeys.defaultOf(CORS_METHODS).replaceAll("[\\[\\]\"]", ""));
            assertThat(post.headers().firstValue("Access-Control-Allow-Credentials"))
                    .isEmpty();
            assertThat(preflight(site, "/default/t", "PUT", "").statusCode()).isEqualTo(403);
            assertThat(preflight(site, "/default/t", "POST", "X-Key").statusCode())
                    .isEqualTo(403);
            assertThat(PrintedKeys.defaultOf(CORS_HEADERS)).isEqualTo("[\"Content-Type\"]");
            assertThat(preflight(site, "/default/t", "POST", "content-type").statusCode())
                    .isEqualTo(204);
            assertThat(preflight(site, "/put/t", "POST", "").statusCode()).isEqualTo(403);
            HttpResponse<String> put = preflight(site, "/put/t", "PUT", "x-key");
            assertThat(put.statusCode()).isEqualTo(204);
            assertThat(put.headers().firstValue("Access-Control-Allow-Headers")).contains("x-key");
            assertThat(preflight(site, "/cookies/t", "POST", "")
                            .headers()
                            .firstValue("Access-Control-Allow-Credentials"))
                    .contains("true");
        }
    }

    @Test
    void responses_of_every_status_have_cors_headers() throws Exception {
        String cors = CORS.with(CORS_ALLOW.texts("a.example"));
        String users =
                BASIC_AUTH_USERS.row(BASIC_AUTH_USERS_USER.text("ann"), BASIC_AUTH_USERS_PASSWORD.text("secret"));
        String token = PUSH.with(Key.PUSH_TOKENS.row(Key.PUSH_TOKENS_TOKEN.text("0123456789abcdef")));
        try (Site site = Site.start(listener(
                "web",
                LISTENER_LAYERS.parts(HTTP.with(HTTP_MAX_BODY_SIZE.is("\"100 B\""))),
                LISTENER_ROUTES.is("["
                        + String.join(
                                ", ",
                                route("/files", files, cors),
                                route("/inside", files, BASIC_AUTH.with(users), cors),
                                route("/push", OPEN, cors),
                                route("/token", token, cors),
                                route("/events", Key.EVENTS, cors),
                                route("/comet", ECHO, cors, COMET),
                                route("/few", files, Key.LIMITER.with(Key.LIMITER_MAX_CONNECTIONS.is(1)), cors),
                                route("/origin", files, ORIGIN_CHECK, cors))
                        + "]")))) {
            String[] a = {"Origin", "https://a.example", "Content-Type", "application/json"};
            named(401, site.get("/inside/hello.txt", a));
            named(401, site.post("/token/t", "1", a));
            named(403, site.get("/origin/hello.txt", a));
            named(404, site.get("/files/other.txt", a));
            named(404, site.get("/comet?id=" + "x".repeat(22), a));
            named(405, site.send("DELETE", "/files/hello.txt", "", a));
            named(405, site.send("PUT", "/events/t", "", a));
            named(413, site.post("/push/t", "x".repeat(101), a));
            named(400, site.post("/push/t", "{", a));
            named(415, site.post("/push/t", "1", "Origin", "https://a.example", "Content-Type", "text/html"));
            for (String path :
                    java.util.List.of("/files/x", "/inside/x", "/push/t", "/events/t", "/comet", "/origin/x")) {
                named(204, preflight(site, path, path.equals("/push/t") || path.equals("/comet") ? "POST" : "GET", ""));
            }
            // nobody's page: no headers, and no answer that is cached for everybody
            assertThat(origin(site.send("PUT", "/events/t", "", "Origin", "https://b.example")))
                    .isEqualTo("none");
        }
    }

    private static void named(int status, HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().allValues("Access-Control-Allow-Origin"))
                .as("%s %s", response.request().method(), response.uri())
                .containsExactly("https://a.example");
    }

    private static int handshake(Site site, String path, String... headers) throws IOException {
        try (RawWebSocket socket = RawWebSocket.handshake(site.port(), path, headers)) {
            return status(socket.head());
        }
    }

    @Test
    @Row({ORIGIN_CHECK_ALLOW, ORIGIN_CHECK_SAME_HOST, ORIGIN_CHECK_WITHOUT_ORIGIN})
    void origin_check_responds_403() throws Exception {
        try (Site site = Site.start(web(
                route("/default", ECHO, ORIGIN_CHECK, WS),
                route("/a", ECHO, ORIGIN_CHECK.with(ORIGIN_CHECK_ALLOW.texts("*.a.example")), WS),
                route("/a-only", ECHO, ORIGIN_CHECK.with(ORIGIN_CHECK_SAME_HOST.is("off")), WS),
                route("/none", ECHO, ORIGIN_CHECK.with(ORIGIN_CHECK_WITHOUT_ORIGIN.is("allow")), WS),
                route("/required", ECHO, ORIGIN_CHECK.with(ORIGIN_CHECK_WITHOUT_ORIGIN.is("deny")), WS)))) {
            String same = "Origin: http://127.0.0.1";
            String other = "Origin: https://www.a.example";
            assertThat(handshake(site, "/default", same)).isEqualTo(101);
            assertThat(handshake(site, "/default", other)).isEqualTo(403);
            assertThat(handshake(site, "/a", other)).isEqualTo(101);
            assertThat(handshake(site, "/a", "Origin: https://b.example")).isEqualTo(403);
            assertThat(handshake(site, "/a-only", same)).isEqualTo(403);
            assertThat(handshake(site, "/default")).isEqualTo(101);
            assertThat(handshake(site, "/default", "Cookie: a=b")).isEqualTo(403);
            assertThat(handshake(site, "/none", "Cookie: a=b")).isEqualTo(101);
            assertThat(handshake(site, "/required")).isEqualTo(403);
            assertThat(handshake(site, "/none", other)).isEqualTo(403);
        }
    }

    @Test
    @Row(TRUSTED_PROXIES_PROXIES)
    void trusted_proxies_set_the_client_address() throws Exception {
        String filter = IP_FILTER.with(IP_FILTER_DENY.texts("6.6.6.6"));
        try (Site site = Site.start(web(
                route("/default", files, TRUSTED_PROXIES, filter),
                route("/other", files, TRUSTED_PROXIES.with(TRUSTED_PROXIES_PROXIES.texts("192.0.2.0/24")), filter)))) {
            try (RawClient raw = RawClient.to(site.port())) {
                raw.send("GET /default/hello.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n");
                assertThat(raw.readRest()).doesNotContain("hello");
            }
            assertThat(site.get("/other/hello.txt", "X-Forwarded-For", "6.6.6.6")
                            .body())
                    .isEqualTo("hello");
            assertThat(site.get("/default/hello.txt", "X-Forwarded-For", "6.6.6.7")
                            .body())
                    .isEqualTo("hello");
        }
    }

    @Test
    @Row(TRUSTED_PROXIES_HEADERS)
    void trusted_proxies_read_one_family_of_headers() throws Exception {
        String filter = IP_FILTER.with(IP_FILTER_DENY.texts("6.6.6.6"));
        try (Site site = Site.start(web(
                route("/default", files, TRUSTED_PROXIES, filter),
                route("/standard", files, TRUSTED_PROXIES.with(TRUSTED_PROXIES_HEADERS.is("forwarded")), filter)))) {
            assertThat(site.get("/default/hello.txt", "Forwarded", "for=6.6.6.6")
                            .body())
                    .isEqualTo("hello");
            assertThat(site.get("/standard/hello.txt", "X-Forwarded-For", "6.6.6.6")
                            .body())
                    .isEqualTo("hello");
            try (RawClient raw = RawClient.to(site.port())) {
                raw.send("GET /standard/hello.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nForwarded: for=6.6.6.6\r\n\r\n");
                assertThat(raw.readRest()).doesNotContain("hello");
            }
        }
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    @Test
    @Row({BASIC_AUTH_REALM, BASIC_AUTH_USERS_USER, BASIC_AUTH_USERS_PASSWORD, BASIC_AUTH_USERS_ROLES, REQUIRE_ROLE_ROLE
    })
    void basic_auth_accepts_users() throws Exception {
        String users = BASIC_AUTH_USERS.row(
                BASIC_AUTH_USERS_USER.text("ann"),
                BASIC_AUTH_USERS_PASSWORD.text("secret"),
                BASIC_AUTH_USERS_ROLES.texts("reader"));
        try (Site site = Site.start(web(
                route("/default", files, BASIC_AUTH.with(users)),
                route("/named", files, BASIC_AUTH.with(users, BASIC_AUTH_REALM.text("Office"))),
                route("/role", files, BASIC_AUTH.with(users), REQUIRE_ROLE.with(REQUIRE_ROLE_ROLE.text("reader"))),
                route(
                        "/editor",
                        files,
                        BASIC_AUTH.with(users),
                        REQUIRE_ROLE.with(REQUIRE_ROLE_ROLE.text("editor")))))) {
            String ann = basic("ann", "secret");
            HttpResponse<String> nobody = site.get("/default/hello.txt");
            assertThat(nobody.statusCode()).isEqualTo(401);
            assertThat(nobody.headers().firstValue("WWW-Authenticate").orElse(""))
                    .contains("realm=" + PrintedKeys.defaultOf(BASIC_AUTH_REALM));
            assertThat(site.get("/named/hello.txt")
                            .headers()
                            .firstValue("WWW-Authenticate")
                            .orElse(""))
                    .contains("realm=\"Office\"");
            assertThat(site.get("/default/hello.txt", "Authorization", ann).body())
                    .isEqualTo("hello");
            assertThat(site.get("/default/hello.txt", "Authorization", basic("ann", "other"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(site.get("/default/hello.txt", "Authorization", basic("ben", "secret"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(site.get("/role/hello.txt", "Authorization", ann).statusCode())
                    .isEqualTo(200);
            assertThat(site.get("/editor/hello.txt", "Authorization", ann).statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    @Row({BEARER_AUTH_REALM, BEARER_AUTH_USERS_USER, BEARER_AUTH_USERS_TOKEN, BEARER_AUTH_USERS_ROLES})
    void bearer_auth_accepts_tokens() throws Exception {
        String users = BEARER_AUTH_USERS.row(
                BEARER_AUTH_USERS_USER.text("ann"),
                BEARER_AUTH_USERS_TOKEN.text("t0ken"),
                BEARER_AUTH_USERS_ROLES.texts("reader"));
        try (Site site = Site.start(web(
                route("/default", files, Key.ACCESS_LOG, BEARER_AUTH.with(users)),
                route("/named", files, BEARER_AUTH.with(users, BEARER_AUTH_REALM.text("Office"))),
                route("/role", files, BEARER_AUTH.with(users), REQUIRE_ROLE.with(REQUIRE_ROLE_ROLE.text("reader")))))) {
            HttpResponse<String> nobody = site.get("/default/hello.txt");
            assertThat(nobody.statusCode()).isEqualTo(401);
            assertThat(nobody.headers().firstValue("WWW-Authenticate").orElse(""))
                    .contains("realm=" + PrintedKeys.defaultOf(BEARER_AUTH_REALM));
            assertThat(site.get("/named/hello.txt")
                            .headers()
                            .firstValue("WWW-Authenticate")
                            .orElse(""))
                    .contains("realm=\"Office\"");
            assertThat(site.get("/default/hello.txt", "Authorization", "Bearer other")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(site.get("/default/hello.txt", "Authorization", "Bearer t0ken")
                            .body())
                    .isEqualTo("hello");
            assertThat(site.awaitLog("\"GET /default/hello.txt HTTP/1.1\" 200 5 "))
                    .contains(" - ann [");
            assertThat(site.get("/role/hello.txt", "Authorization", "Bearer t0ken")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    @Row(FILES_DIRECTORY)
    void directory_is_served_to_curl() throws Exception {
        try (Site site = Site.start(web(route("/static", files)))) {
            assertThat(Site.run(
                            "curl",
                            "-sS",
                            "--path-as-is",
                            "-i",
                            site.uri("/static/hello.txt").toString()))
                    .startsWith("HTTP/1.1 200 OK")
                    .endsWith("hello");
            assertThat(site.get("/static/other.txt").statusCode()).isEqualTo(404);
        }
    }

    @Test
    @Row(METRICS)
    void metrics_are_served_to_curl_on_this_route_only() throws Exception {
        try (Site site = Site.start(web(route("/internal/metrics", METRICS)))) {
            String served =
                    run("curl", "-sS", "-i", site.uri("/internal/metrics").toString());
            assertThat(served)
                    .contains("HTTP/1.1 200 OK", "text/plain; version=0.0.4", "# TYPE sprocket_connections gauge");
            assertThat(run(
                            "curl",
                            "-sS",
                            "-H",
                            "Accept: application/openmetrics-text",
                            site.uri("/internal/metrics").toString()))
                    .endsWith("# EOF\n");
            assertThat(site.get("/metrics").statusCode()).isEqualTo(404);
        }
    }

    private static List<String> warnings(Object... layers) throws IOException {
        String listener = listener(
                "web",
                LISTENER_ADDRESS.text("0.0.0.0:0"),
                LISTENER_ROUTES.is("[" + route("/metrics", METRICS, layers) + "]"));
        try (Site site = Site.start(listener)) {
            return site.server().warnings();
        }
    }

    @Test
    void metrics_for_every_client_are_warned_of() throws Exception {
        assertThat(warnings()).singleElement().asString().contains("every client of this address can read the metrics");
        assertThat(warnings(IP_FILTER.with(IP_FILTER_ALLOW.is("[\"127.0.0.1\"]"))))
                .isEmpty();
        assertThat(warnings(BEARER_AUTH.with(
                        BEARER_AUTH_USERS.is("[{ user = prometheus, token = \"0123456789abcdef0123\" }]"))))
                .isEmpty();
    }
}
