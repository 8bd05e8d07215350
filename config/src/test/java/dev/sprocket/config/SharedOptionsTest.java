package dev.sprocket.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.plugin.config.ConfigurationException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options of realms that several routes share. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
class SharedOptionsTest {
    @TempDir
    Path folder;

    @CanIgnoreReturnValue
    private Path file(String... wamp) throws IOException {
        StringBuilder routes = new StringBuilder();
        for (int i = 0; i < wamp.length; i++) {
            routes.append("{ path = /")
                    .append(i)
                    .append(", layers = [ws, { wamp { ")
                    .append(wamp[i])
                    .append(" } }], component = pubsub }\n");
        }
        return Files.writeString(
                folder.resolve("site.conf"),
                "listeners.web { address = \"127.0.0.1:0\", routes = [\n" + routes + "] }\n"
                        + "default-access { subscribe ="
                        + " anyone, publish = anyone, call"
                        + " = anyone, register = anyone"
                        + " }\n");
    }

    /** A client of WAMP v2. */
    private static final class Client implements WebSocket.Listener, AutoCloseable {
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        private final WebSocket socket;

        Client(ConfiguredServer server, int route) {
            int port = ((InetSocketAddress) server.address("web")).getPort();
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols("wamp.2.json")
                    .buildAsync(URI.create("ws://127.0.0.1:" + port + "/" + route), this)
                    .join();
        }

        String exchange(String message) throws InterruptedException {
            socket.sendText(message, true).join();
            return String.valueOf(received.poll(60, TimeUnit.SECONDS));
        }

        String join() throws InterruptedException {
            return exchange("[1,\"realm1\",{\"roles\":{\"publisher\":{},\"subscriber\":{},\"caller\":{}}}]");
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            received.add(text.toString());
            from.request(1);
            return null;
        }

        @Override
        public void close() {
            socket.abort();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"strict-uris = on", "users = [{ user = ann, ticket = a-l0ng-ticket }]"})
    void realm_options_apply_to_every_route(String option) throws Exception {
        for (int named = 0; named < 2; named++) {
            try (ConfiguredServer server = ConfiguredServer.of(named == 0 ? file(option, "") : file("", option))) {
                server.start();
                for (int route = 0; route < 2; route++) {
                    try (Client client = new Client(server, route)) {
                        String joined = client.join();
                        if (option.startsWith("users")) {
                            assertThat(joined).startsWith("[3,");
                        } else {
                            assertThat(client.exchange("[32,1,{},\"com.Upper\"]"))
                                    .contains("invalid_uri");
                        }
                    }
                }
            }
        }
    }

    @Test
    void contradictory_options_of_a_realm_name_both_lines() throws Exception {
        Path file = file("strict-uris = on", "", "strict-uris = off, realm = other", "strict-uris = off");

        assertThatThrownBy(() -> ConfiguredServer.of(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "site.conf:5: layer wamp: strict-uris (site.conf:5) of realm realm1 differs from site.conf:2"
                                + " (expected: one value; a key of a realm set by one route applies to all its routes)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "private-topics = on|private-topics = off",
                "max-registrations = 1|max-registrations = 2",
                "meta-api = anyone|meta-api = nobody",
                "session-kill = on|session-kill = off",
                "max-bytes-per-client = 1m|max-bytes-per-client = 2m",
                "max-bytes-per-realm = 1m|max-bytes-per-realm = 2m",
                "retained-ttl = 1m|retained-ttl = 2m",
                "max-patterns-per-topic = 1|max-patterns-per-topic = 2",
                "users = [{ user = a, ticket = a-l0ng-ticket }]|users = [{ user = b, ticket = b-l0ng-ticket }]",
                "allow-anonymous = on|allow-anonymous = off"
            })
    void every_option_of_a_realm_reports_contradictions(String pair) throws Exception {
        String[] values = pair.split("\\|");
        String key = values[0].substring(0, values[0].indexOf(' '));
        Path file = file(values);

        assertThatThrownBy(() -> ConfiguredServer.of(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(key + " (site.conf:3) of realm realm1 differs from site.conf:2");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void realm_limits_apply_to_every_route(int named) throws Exception {
        String limits =
                "max-patterns-per-topic = 1, max-registrations = 1, meta-api = nobody, max-bytes-per-client = 1k";
        try (ConfiguredServer server = ConfiguredServer.of(named == 0 ? file(limits, "") : file("", limits))) {
            server.start();
            for (int route = 0; route < 2; route++) {
                try (Client client = new Client(server, route)) {
                    var unused = client.join();
                    assertThat(client.exchange("[32,1,{\"match\":\"prefix\"},\"a." + route + "\"]"))
                            .startsWith("[33,1,");
                    assertThat(client.exchange("[32,2,{\"match\":\"prefix\"},\"a\"]"))
                            .startsWith("[8,32,2,");
                    assertThat(client.exchange("[48,3,{},\"wamp.session.count\"]"))
                            .startsWith("[8,48,3,");
                    String retained = "x".repeat(2000);
                    assertThat(client.exchange(
                                    "[16,4,{\"acknowledge\":true,\"retain\":true},\"t\",[\"" + retained + "\"]]"))
                            .startsWith("[8,16,4,");
                    assertThat(client.exchange("[64,5,{},\"p." + route + "\"]")).startsWith("[65,5,");
                    assertThat(client.exchange("[64,6,{},\"q." + route + "\"]"))
                            .contains("limit of 1 registrations per connection reached");
                }
            }
        }
    }

    private static int v1(ConfiguredServer server, int route) throws Exception {
        int port = ((InetSocketAddress) server.address("web")).getPort();
        BlockingQueue<Integer> end = new LinkedBlockingQueue<>();
        HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("wamp")
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/" + route), new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                        end.add(0);
                        return null;
                    }

                    @Override
                    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                        end.add(code);
                        return null;
                    }
                })
                .join();
        return Objects.requireNonNull(end.poll(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void users_of_realm_reject_v1_on_every_route(int named) throws Exception {
        String logins = "users = [{ user = ann, ticket = a-l0ng-ticket }]";
        try (ConfiguredServer server = ConfiguredServer.of(named == 0 ? file(logins, "") : file("", logins))) {
            server.start();
            assertThat(v1(server, 0)).isEqualTo(1008);
            assertThat(v1(server, 1)).isEqualTo(1008);
        }
    }

    /** {@code allow-anonymous} of one route and {@code users} of another apply to both. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void allow_anonymous_applies_to_every_route_of_realm(int named) throws Exception {
        String logins = "users = [{ user = ann, ticket = a-l0ng-ticket }]";
        String anonymous = "allow-anonymous = on";
        Path file = named == 0 ? file(logins, anonymous) : file(anonymous, logins);
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            for (int route = 0; route < 2; route++) {
                assertThat(v1(server, route)).isEqualTo(0);
                try (Client client = new Client(server, route)) {
                    assertThat(client.join()).startsWith("[2,").contains("anonymous");
                }
            }
        }
    }

    @Test
    void versions_apply_to_their_route_only() throws Exception {
        try (ConfiguredServer server = ConfiguredServer.of(file("versions = [2]", ""))) {
            server.start();
            assertThat(v1(server, 1)).isEqualTo(0);
            assertThatThrownBy(() -> v1(server, 0)).isInstanceOf(CompletionException.class);
        }
    }

    @Test
    void equal_realm_options_are_accepted() throws Exception {
        String users = "users = [{ user = a, ticket = a-l0ng-ticket }]";

        assertThat(ConfiguredServer.of(file(users, users)).names()).containsExactly("web");
    }

    @Test
    void reload_discards_removed_realm_options() throws Exception {
        Path file = file("strict-uris = on", "");
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            file("", "strict-uris = off");
            server.reload();
            try (Client client = new Client(server, 0)) {
                var unused = client.join();
                assertThat(client.exchange("[32,1,{},\"com.Upper\"]")).isEqualTo("[33,1,1]");
            }
        }
    }

    @Test
    void users_with_equal_tokens_are_rejected() throws Exception {
        Path file = Files.writeString(
                folder.resolve("site.conf"),
                """
                listeners.web { address = "127.0.0.1:0", routes = [{
                  path = /a, layers = [ws, { wamp { } }], component = pubsub
                }, {
                  path = /b
                  layers = [{ bearer-auth { users = [
                    { user = ann, token = t0ken-of-somebody },
                    { user = ben, token = t0ken-of-somebody }
                  ] } }, ws]
                  component = echo
                }] }
                """);

        assertThatThrownBy(() -> ConfiguredServer.of(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("users ann and ben have the same token (expected: different tokens)");
    }
}
