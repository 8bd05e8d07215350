package dev.sprocket.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Default origin checks of {@link App} and of configuration files. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
class OriginDefaultsTest {
    private static final String UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static final String WAMP = "Sec-WebSocket-Protocol: wamp.2.json\r\n";

    @TempDir
    Path folder;

    private Path file(String routes) throws IOException {
        return Files.writeString(
                folder.resolve("site.conf"),
                "listeners.web {\n address = \"127.0.0.1:0\"\n routes = [\n" + routes + "\n]\n}\n"
                        + "topics { \"*\" { subscribe = anyone } }\n");
    }

    /** Returns the status line, the headers and the first line of the body. */
    private static String request(int port, String path, String headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            String host = headers.contains("Host: ") ? "" : "Host: blog.localhost\r\n";
            String request = "GET " + path + " HTTP/1.1\r\n" + host + headers + "\r\n";
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            String status = in.readLine();
            String line = in.readLine();
            while (line != null && !line.isEmpty()) {
                line = in.readLine();
            }
            return status.substring(9, 12) + (status.startsWith("HTTP/1.1 403") ? " " + in.readLine() : "");
        }
    }

    private static void expectDefault(int port, String path, String upgrade, String allowed) throws IOException {
        assertThat(request(port, path, upgrade)).isEqualTo(allowed);
        assertThat(request(port, path, upgrade + "Origin: https://blog.localhost\r\n"))
                .isEqualTo(allowed);
        assertThat(request(port, path, upgrade + "Authorization: Bearer x\r\n")).isEqualTo(allowed);
        assertThat(request(port, path, upgrade + "Origin: https://evil.example\r\n"))
                .startsWith("403 403 Forbidden: Origin: https://evil.example (expected: same host");
        assertThat(request(port, path, upgrade + "Origin: null\r\n")).startsWith("403 403 Forbidden: Origin: null");
        assertThat(request(port, path, upgrade + "Cookie: PHPSESSID=1\r\n"))
                .startsWith("403 403 Forbidden: no Origin with Cookie");
        assertThat(request(port, path, upgrade + "Authorization: Basic YTpi\r\n"))
                .startsWith("403 403 Forbidden: no Origin with Authorization: basic");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ path = /x, layers = [ws], component = echo }",
                "{ path = /x, layers = [ws, wamp], component = pubsub }",
                "{ path = /x, layers = [{ limiter {} }, ws], component = echo }",
                "{ path = /x, layers = [session, ws], component = echo }",
                "{ path = /x, layers = [{ trusted-proxies {} }, { session { required = off } }, ws], component = echo }"
            })
    void websocket_allows_same_host_by_default(String route) throws Exception {
        try (ConfiguredServer server = ConfiguredServer.of(file(route))) {
            server.start();
            expectDefault(port(server), "/x", UPGRADE + (route.contains("wamp") ? WAMP : ""), "101");
            assertThat(server.explain()).contains("origin-check (default)");
            assertThat(originWarnings(server)).isEmpty();
        }
    }

    @Test
    void comet_and_events_allow_same_host_by_default() throws Exception {
        String routes = "{ path = /chat, layers = [comet], component = echo }\n{ path = /events, component = events }";
        try (ConfiguredServer server = ConfiguredServer.of(file(routes))) {
            server.start();
            expectDefault(port(server), "/chat", "", "200");
            expectDefault(port(server), "/events/news", "Accept: text/event-stream\r\n", "200");
        }
    }

    @Test
    void listener_without_routes_allows_same_host_by_default() throws Exception {
        Path file = Files.writeString(
                folder.resolve("site.conf"),
                "listeners.web { address = \"127.0.0.1:0\", layers = [http, ws], component = echo }");
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            expectDefault(port(server), "/", UPGRADE, "101");
        }
    }

    @Test
    void any_origin_is_allowed_when_configured() throws Exception {
        String evil = UPGRADE + "Origin: https://evil.example\r\n";
        Path file = file("{ path = /x, layers = [{ origin-check { allow = [\"*\"] } }, ws], component = echo }");
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            assertThat(request(port(server), "/x", evil)).isEqualTo("101");
            assertThat(request(port(server), "/x", UPGRADE + "Cookie: a=b\r\n")).isEqualTo("101");
        }
    }

    /** Verifies that the session store is not called for rejected pages. */
    @Test
    void origin_is_checked_before_users_are_identified() throws Exception {
        String routes = "{ path = /x, layers = [{ session { required = on } }, ws], component = echo }\n"
                + "{ path = /events, layers = [{ basic-auth {} }, { cors { allow = [\"https://a.example\"] } }],"
                + " component = events }";
        try (ConfiguredServer server = ConfiguredServer.of(file(routes))) {
            server.start();
            assertThat(request(port(server), "/x", UPGRADE + "Origin: https://evil.example\r\n"))
                    .startsWith("403");
            assertThat(request(port(server), "/x", UPGRADE)).isEqualTo("401");
            assertThat(request(port(server), "/events/t", "Origin: https://evil.example\r\n"))
                    .startsWith("403");
            assertThat(request(port(server), "/events/t", "Origin: https://a.example\r\n"))
                    .isEqualTo("401");
        }
    }

    @Test
    void cors_origins_may_use_events_but_not_upgrade() throws Exception {
        String routes = "{ path = /events, layers = [{ cors { allow = [\"https://other.example\"] } }],"
                + " component = events }\n{ path = /x, layers = [{ cors { allow = [\"https://other.example\"] } }, ws],"
                + " component = echo }";
        try (ConfiguredServer server = ConfiguredServer.of(file(routes))) {
            server.start();
            String other = "Origin: https://other.example\r\n";
            assertThat(request(port(server), "/events/news", other)).isEqualTo("200");
            assertThat(request(port(server), "/events/news", "Origin: https://evil.example\r\n"))
                    .startsWith("403");
            assertThat(request(port(server), "/x", UPGRADE + other)).startsWith("403");
        }
    }

    @Test
    void origin_check_of_listener_applies_to_routes() throws Exception {
        Path file = Files.writeString(
                folder.resolve("site.conf"),
                "listeners.web { address = \"127.0.0.1:0\","
                        + " layers = [http, { origin-check { allow = [\"https://a.example\"] } }],"
                        + " routes = [{ path = /x, layers = [ws], component = echo }] }");
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            assertThat(request(port(server), "/x", UPGRADE + "Origin: https://a.example\r\n"))
                    .isEqualTo("101");
            assertThat(server.explain()).doesNotContain("(default)");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ path = /x, layers = [{ origin-check { allow = [\"*\"] } }, session, ws], component = echo }",
                "{ path = /x, layers = [session, { origin-check { allow = [\"*\"] } }, comet], component = echo }",
                "{ path = /x, layers = [{ origin-check { allow = [\"*\"] } }, { basic-auth {} }], component = events }"
            })
    void warns_of_ambient_credentials_without_origin_check(String route) throws Exception {
        try (ConfiguredServer server = ConfiguredServer.of(file(route))) {
            assertThat(originWarnings(server))
                    .singleElement()
                    .asString()
                    .startsWith("site.conf:4: layer ")
                    .contains("browsers send its credentials automatically");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ path = /x, layers = [session, ws], component = echo }",
                "{ path = /x, layers = [origin-check, session, ws], component = echo }",
                "{ path = /x, layers = [{ origin-check { allow = [\"*\"] } }, ws], component = echo }",
                "{ path = /x, layers = [{ origin-check { allow = [\"*\"] } }, { bearer-auth {} }, ws], component ="
                        + " echo }"
            })
    void does_not_warn_of_other_stacks(String route) throws Exception {
        try (ConfiguredServer server = ConfiguredServer.of(file(route))) {
            assertThat(originWarnings(server)).isEmpty();
        }
    }

    private static final String REBOUND = "Host: evil.example:8080\r\nOrigin: http://evil.example:8080\r\n";
    private static final String REASON = "403 403 Forbidden: Host: evil.example from a loopback address, possibly DNS"
            + " rebinding (expected: localhost; or add the host to origin-check { allow = [...] }";

    /** Headers of a page of evil.example after DNS rebinding to 127.0.0.1. */
    private static void expectRefused(int port, String path, String upgrade) throws IOException {
        assertThat(request(port, path, upgrade + REBOUND)).startsWith(REASON);
        // what a trusted proxy would send is any client's word without trusted-proxies
        assertThat(request(port, path, upgrade + REBOUND + "X-Forwarded-For: 192.0.2.1\r\n"))
                .startsWith(REASON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ path = /x, layers = [ws], component = echo }",
                "{ path = /x, layers = [ws, wamp], component = pubsub }",
                "{ path = /x, layers = [origin-check, ws], component = echo }",
                "{ path = /x, layers = [{ origin-check { without-origin = allow } }, ws], component = echo }",
                "{ path = /x, layers = [{ origin-check { allow = [\"https://a.example\"] } }, ws], component = echo }",
                "{ host = \"*.a.example\", path = /x, layers = [ws], component = echo }\n"
                        + "{ path = /x, layers = [ws], component = echo }"
            })
    void rebound_page_may_not_upgrade(String routes) throws Exception {
        String upgrade = UPGRADE + (routes.contains("wamp") ? WAMP : "");
        try (ConfiguredServer server = ConfiguredServer.of(file(routes))) {
            server.start();
            expectRefused(port(server), "/x", upgrade);
            // a program: browsers send an Origin with each handshake
            assertThat(request(port(server), "/x", upgrade + "Host: evil.example\r\n"))
                    .isEqualTo("101");
        }
    }

    /** Browsers omit Origin in same-origin GET requests, so only the host counts. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "origin-check, ", "{ origin-check { allow = [\"https://a.example\"], same-host = off } }, "})
    void rebound_page_may_not_use_events_or_comet(String check) throws Exception {
        String routes =
                "{ path = /chat, layers = [" + check + "comet], component = echo }\n{ path = /events, layers = ["
                        + check.replaceFirst(", $", "") + "], component = events }";
        try (ConfiguredServer server = ConfiguredServer.of(file(routes))) {
            server.start();
            for (String path : new String[] {"/chat", "/events/news"}) {
                if (!check.contains("off")) {
                    expectRefused(port(server), path, "");
                }
                assertThat(request(port(server), path, "Host: evil.example:8080\r\n"))
                        .startsWith(REASON);
                assertThat(request(port(server), path, "Host: evil.example\r\nSec-Fetch-Site: same-origin\r\n"))
                        .startsWith(REASON);
                assertThat(request(port(server), path, "Host: 127.0.0.1:8080\r\n"))
                        .isEqualTo("200");
                assertThat(request(port(server), path, "")).isEqualTo("200");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http } routes = [{ path = /x, layers = [{ origin-check { allow = [\"https://site.example\"] } }, ws],"
                        + " component = echo }",
                "http } routes = [{ path = /x, layers = [{ origin-check { allow = [\"*.example\"] } }, ws],"
                        + " component = echo }",
                "http } routes = [{ host = site.example, path = /x, layers = [ws], component = echo }",
                "http } routes = [{ host = \"*.example\", path = /x, layers = [origin-check, ws], component = echo }",
                "http }, origin-check routes = [{ host = site.example, path = /x, layers = [ws], component = echo }"
            })
    void configured_host_counts_as_same_host(String routes) throws Exception {
        Path file = Files.writeString(
                folder.resolve("site.conf"),
                "listeners.web { address = \"127.0.0.1:0\", layers = [{ "
                        + routes.replaceFirst("http }(.*?) routes", "http {} }$1]\n routes") + "] }");
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            String page = UPGRADE + "Host: site.example\r\nOrigin: http://site.example\r\n";
            assertThat(request(port(server), "/x", page)).isEqualTo("101");
        }
    }

    /** Requests as forwarded by nginx, with and without {@code trusted-proxies}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 192.0.2.1\r\n",
                "X-Forwarded-For: 127.0.0.1\r\n",
                "X-Forwarded-Proto: https\r\n"
            })
    void site_behind_a_trusted_proxy_has_any_name(String forwarded) throws Exception {
        String routes = "{ path = /x, layers = [trusted-proxies, ws], component = echo }\n"
                + "{ path = /events, layers = [trusted-proxies], component = events }";
        String site = "Host: site.example\r\n";
        try (ConfiguredServer server = ConfiguredServer.of(file(routes))) {
            server.start();
            String page = UPGRADE + site + "Origin: https://site.example\r\n";
            assertThat(request(port(server), "/x", page + forwarded)).isEqualTo("101");
            assertThat(request(port(server), "/events/t", site + forwarded)).isEqualTo("200");
            // not forwarded: a browser of this machine
            assertThat(request(port(server), "/x", page)).contains("DNS rebinding");
            assertThat(request(port(server), "/events/t", site)).contains("DNS rebinding");
        }
    }

    @Test
    void site_behind_the_proxy_protocol_has_any_name() throws Exception {
        Path file = Files.writeString(
                folder.resolve("site.conf"),
                "listeners.web { address = \"127.0.0.1:0\", proxy-protocol = optional,"
                        + " routes = [{ path = /x, layers = [ws], component = echo }] }");
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            String page = " /x HTTP/1.1\r\nHost: site.example\r\n" + UPGRADE + "Origin: http://site.example\r\n\r\n";
            assertThat(first(port(server), "PROXY TCP4 127.0.0.1 127.0.0.1 5000 80\r\nGET" + page))
                    .contains(" 101 ");
            assertThat(first(port(server), "GET" + page)).contains(" 403 ");
        }
    }

    private static String first(int port, String bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1)).readLine();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ path = /x, layers = [session, trusted-proxies, ws], component = echo }",
                "{ path = /x, layers = [origin-check, trusted-proxies, ws], component = echo }"
            })
    void warns_of_trusted_proxies_inside_origin_check(String route) throws Exception {
        try (ConfiguredServer server = ConfiguredServer.of(file(route))) {
            assertThat(originWarnings(server))
                    .singleElement()
                    .asString()
                    .startsWith("site.conf:4: layer trusted-proxies: inside origin-check")
                    .contains("expected: trusted-proxies before");
        }
    }

    /** Returns the warnings, except those of layers that these tests use without settings. */
    private static List<String> originWarnings(ConfiguredServer server) {
        return server.warnings().stream()
                .filter(warning -> !warning.matches(".*: (?:limits nothing|no users,|the default store) .*"))
                .toList();
    }

    private static int port(ConfiguredServer server) {
        return ((InetSocketAddress) server.address("web")).getPort();
    }
}
