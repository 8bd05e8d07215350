package dev.sprocket.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.config.internal.schema.EnvironmentOverrides;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.pubsub.TopicSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ConfiguredServerTest {
    private static final String ECHO =
            "listeners.a { address = \"127.0.0.1:0\", layers = [lines], component = echo }\n";

    @TempDir
    Path folder;

    @CanIgnoreReturnValue
    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("site.conf"), text);
    }

    private List<String> problems(String text) throws IOException {
        Path file = file(text);
        return catchThrowableOfType(ConfigurationException.class, () -> ConfiguredServer.of(file))
                .errors();
    }

    private static String web(String routes) {
        return "listeners.web {\n address = \"127.0.0.1:0\"\n routes = [\n" + routes + "\n]\n}\n";
    }

    /** Client of a line protocol. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader lines;

        Client(ConfiguredServer server, String name) throws IOException {
            InetSocketAddress at = (InetSocketAddress) server.address(name);
            socket = new Socket(InetAddress.getLoopbackAddress(), at.getPort());
            socket.setSoTimeout(20_000);
            lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(UTF_8));
        }

        String exchange(String line) throws IOException {
            send(line + "\n");
            return lines.readLine();
        }

        void read(int characters) throws IOException {
            for (int i = 0; i < characters; i++) {
                lines.read();
            }
        }

        String readLine() throws IOException {
            return lines.readLine();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void serves_configured_routes_and_bridges() throws Exception {
        Path file = file(ECHO + web("{ path = /echo, layers = [ws], component = echo }"));
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            try (Client telnet = new Client(server, "a");
                    Client http = new Client(server, "web")) {
                assertThat(telnet.exchange("hello")).isEqualTo("hello");
                assertThat(http.exchange("GET /ready HTTP/1.1\r\nHost: localhost\r\n\r"))
                        .isEqualTo("HTTP/1.1 200 OK");
            }
        }
    }

    @Test
    void all_errors_are_reported_with_line_numbers() throws Exception {
        assertThat(
                        problems(
                                """
                        listeners.web {
                          adress = "127.0.0.1:0"
                          routes = [
                            { path = /a, layers = [ws, { wamp { curies = foo } }], component = pubsub }
                            { path = /b, layers = [limitter], component = files }
                            { path = /c, layers = [ws], component = pubsub }
                          ]
                        }
                        listeners.telnet { layers = [ws], component = echo, outbound-limit = lots }
                        event-lops = 2
                        """))
                .containsExactly(
                        "site.conf:2: listeners.web: unknown key adress (did you mean address?)",
                        "site.conf:4: curies: foo (expected: plain, ratchet)",
                        "site.conf:5: component files: missing key directory (expected: string)",
                        "site.conf:5: unknown layer: limitter (did you mean limiter?)",
                        "site.conf:6: component \"pubsub\" requires WampConnection to a WampComponent, but \"ws\""
                                + " provides WsConnection (put \"wamp\" between them)",
                        "site.conf:9: outbound-limit: lots (expected: size)",
                        "site.conf:9: layer \"ws\" requires HttpConnection, but \"io\" provides Connection"
                                + " (put \"http\" between them)",
                        "site.conf:10: configuration: unknown key event-lops (did you mean event-loops?)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listeners.a { address = here, component = echo } | address: here (expected: host:port, [ipv6]:port,"
                        + " or unix:/path)",
                "listeners.a { } | listener a: neither routes nor component (expected: one of them)",
                "listeners = 7 | listeners: a number (expected: objects by name)",
                "listeners.a { component = nothing } | unknown component: nothing"
                        + " (expected: auth-renewal, echo, events, files, flash-policy, pubsub, rawsocket)",
                "bridges.carrier { } | unknown bridge: carrier (expected: none)",
                "listeners.a { component = echo, layers = [{ limiter { max-connections = 0 } }] }"
                        + " | max-connections: 0 (expected: 1-2147483647)",
                "listeners.a { component = echo, layers = [{ ip-filter { deny = 1.2.3 } }] }"
                        + " | deny: address range: 1.2.3 (expected: such as 10.0.0.0/8, fd00::/8, ::1)",
            })
    void error_is_reported_in_one_line(String text, String expected) throws Exception {
        assertThat(problems(text)).singleElement().asString().isEqualTo("site.conf:1: " + expected);
    }

    @Test
    void component_is_a_name_or_a_name_with_settings() throws Exception {
        assertThat(problems("listeners.a { component = { echo { }, b = 2 } }"))
                .first()
                .asString()
                .isEqualTo("site.conf:1: component: not a name (expected: name, or { name { key = value } })");
    }

    @Test
    void missing_or_malformed_file_is_reported_in_one_line() throws Exception {
        assertThatThrownBy(() -> ConfiguredServer.of(folder.resolve("none.conf")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageEndingWith("none.conf: cannot be read: file not found or access denied");
        assertThat(problems("listeners {\n a = [\n}"))
                .singleElement()
                .asString()
                .startsWith("site.conf:3: ");
    }

    @Test
    void port_in_use_is_reported_with_its_listener() throws Exception {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String at = "127.0.0.1:" + busy.getLocalPort();
            Path file = file("listeners.a { address = \"" + at + "\", component = echo }\n" + ECHO.replace(".a", ".b"));
            try (ConfiguredServer server = ConfiguredServer.of(file)) {
                assertThatThrownBy(server::start)
                        .isInstanceOf(IOException.class)
                        .hasMessage("site.conf:1: listeners.a.address: cannot listen on " + at
                                + ": Address already in use");
            }
        }
    }

    @Test
    void explain_shows_the_type_that_each_layer_provides() throws Exception {
        Path file = file(web("{ path = /w, layers = [origin-check, ws, wamp], component = pubsub }"));
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            assertThat(server.explain())
                    .isEqualTo(
                            """
                            web: 127.0.0.1:0
                            └─ http → HttpConnection
                               └─ routes
                                  /w
                                  └─ origin-check
                                     └─ ws → WsConnection
                                        └─ wamp → WampConnection to a WampComponent
                                           └─ pubsub""");
        }
    }

    @Test
    void environment_overrides_the_file() {
        assertThat(EnvironmentOverrides.overrides(
                                java.util.Map.of(
                                        "SPROCKET_listeners_web_outbound__limit",
                                        "5",
                                        "SPROCKET_JAVA_OPTS",
                                        "-Xmx1g",
                                        "HOME",
                                        "/"),
                                new dev.sprocket.plugin.config.ConfigErrors())
                        .root()
                        .render(com.typesafe.config.ConfigRenderOptions.concise()))
                .isEqualTo("{\"listeners\":{\"web\":{\"outbound-limit\":\"5\"}}}");
    }

    @Test
    void reload_changes_routes_without_dropping_connections() throws Exception {
        Path file = file(ECHO + web("{ path = /old, component = { files { directory = \"" + folder + "\" } } }"));
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            try (Client kept = new Client(server, "a");
                    Client http = new Client(server, "web")) {
                assertThat(kept.exchange("one")).isEqualTo("one");
                assertThat(http.exchange("GET /health HTTP/1.1\r\nHost: localhost\r\n\r"))
                        .endsWith("200 OK");
                while (!http.readLine().isEmpty()) {}
                assertThat(http.readLine()).contains("up");

                file(ECHO.replace("[lines]", "[{ lines { max-line-length = 10 } }]")
                        + web("{ path = /new, layers = [ws], component = echo }"));
                assertThat(server.reload()).isEmpty();

                assertThat(kept.exchange("longer than ten letters")).isEqualTo("longer than ten letters");
                assertThat(http.exchange("GET /new HTTP/1.1\r\nHost: localhost\r\n\r"))
                        .endsWith("426 Upgrade Required");
                try (Client limited = new Client(server, "a")) {
                    limited.send("longer than ten letters\n");
                    assertThat(limited.readLine()).isNull();
                }
            }
        }
    }

    @Test
    void comet_connection_survives_reload() throws Exception {
        String comet = web(
                "{ path = /chat, layers = [{ origin-check { without-origin = allow } }, comet], component = echo }");
        Path file = file(comet);
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            assertThat(server.explain()).contains("comet → Connection");
            HttpClient client = HttpClient.newHttpClient();
            URI chat =
                    URI.create("http://127.0.0.1:" + ((InetSocketAddress) server.address("web")).getPort() + "/chat");
            String opened = client.send(HttpRequest.newBuilder(chat).build(), BodyHandlers.ofString())
                    .body();
            assertThat(opened).matches("\\{\"id\":\"[-_A-Za-z0-9]{22}\",\"last\":0,\"messages\":\\[]}\n");
            Files.writeString(file, comet + "event-loops = 1");
            server.reload();
            HttpRequest post = HttpRequest.newBuilder(URI.create(chat + "?id=" + opened.substring(7, 29)))
                    .POST(BodyPublishers.ofString("hi"))
                    .build();
            assertThat(client.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(204);
        }
    }

    @Test
    void reload_of_invalid_file_changes_nothing() throws Exception {
        Path file = file(ECHO);
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            file(ECHO + "event-lops = 1");

            assertThatThrownBy(server::reload).hasMessageContaining("unknown key event-lops");

            try (Client client = new Client(server, "a")) {
                assertThat(client.exchange("still here")).isEqualTo("still here");
            }
        }
    }

    @Test
    void changed_addresses_require_a_restart() throws Exception {
        Path file = file(ECHO);
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            file(ECHO.replace("127.0.0.1:0", "127.0.0.1:1") + ECHO.replace(".a", ".b"));

            assertThat(server.reload()).containsExactly("listener a: address changed", "listener b added");
        }
    }

    @Test
    void reload_closes_connections_that_a_filter_now_denies() throws Exception {
        String filtered = ECHO.replace("[lines]", "[{ ip-filter { deny = %s } }, lines]");
        Path file = file(filtered.formatted("192.0.2.1"));
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            try (Client client = new Client(server, "a")) {
                assertThat(client.exchange("in")).isEqualTo("in");
                file(filtered.formatted("127.0.0.1"));
                server.reload();

                assertThat(client.readLine()).isNull();
            }
        }
    }

    @Test
    void keep_alive_connection_uses_routes_of_latest_reload() throws Exception {
        String route = "{ path = %s, component = { files { directory = \"" + folder + "\" } } }";
        Files.writeString(folder.resolve("f.txt"), "found");
        Path file = file(web(route.formatted("/one")));
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            file(web(route.formatted("/two")));
            server.reload();
            try (Client between = new Client(server, "web")) {
                assertThat(between.exchange("GET /two/f.txt HTTP/1.1\r\nHost: localhost\r\n\r"))
                        .endsWith("200 OK");
                while (!between.readLine().isEmpty()) {}
                between.read("found".length());
                file(web(route.formatted("/three")));
                server.reload();

                assertThat(between.exchange("GET /three/f.txt HTTP/1.1\r\nHost: localhost\r\n\r"))
                        .endsWith("200 OK");
            }
        }
    }

    @Test
    void host_may_have_several_routes() throws Exception {
        Path file =
                file(web("{ path = /a, host = a.example, component = { files { directory = \"" + folder + "\" } } }\n"
                        + "{ path = /b, host = A.example, layers = [ws], component = echo }\n"
                        + "{ path = /health, layers = [ws], component = echo }"));
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            try (Client client = new Client(server, "web")) {
                assertThat(client.exchange("GET /b HTTP/1.1\r\nHost: a.example\r\n\r"))
                        .endsWith("426 Upgrade Required");
            }
            try (Client client = new Client(server, "web")) {
                assertThat(client.exchange("GET /ready HTTP/1.1\r\nHost: localhost\r\n\r"))
                        .endsWith("200 OK");
            }
        }
    }

    @Test
    void invalid_topic_settings_are_reported() throws Exception {
        assertThat(problems(ECHO + "topics { \"a*b\" {} }"))
                .containsExactly(
                        "site.conf:2: topics: pattern \"a*b\", column 2: '*' is not at the end (expected: {name} for"
                                + " one component)");
    }

    @Test
    void topic_overflow_defaults_to_the_listener() throws Exception {
        Path file = file(ECHO
                + "topics { \"h*\" { overflow = close }, hot { batch-window = 5ms }, cold { overflow = conflate } }");
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            assertThat(server.topicSettings("hot"))
                    .isEqualTo(TopicSettings.DEFAULT.window(java.time.Duration.ofMillis(5)));
            assertThat(server.topicSettings("cold"))
                    .isEqualTo(TopicSettings.DEFAULT.slowReaders(OutboundLimit.Overflow.CONFLATE));
            assertThat(server.topicSettings("other")).isEqualTo(TopicSettings.DEFAULT);
        }
    }

    @Test
    void changed_bridges_require_a_restart() throws Exception {
        Path file = file(ECHO);
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            file(ECHO + "bridges.tcp { port = 1 }");

            assertThat(server.reload()).containsExactly("bridges changed");
        }
    }
}
