package dev.sprocket.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.plugin.ConfigurationException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options of what several routes share. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SharedOptionsTest {
    @TempDir
    Path folder;

    private Path file(String... wamp) throws IOException {
        StringBuilder routes = new StringBuilder();
        for (int i = 0; i < wamp.length; i++) {
            routes.append("{ path = /")
                    .append(i)
                    .append(", layers = [ws, { wamp { ")
                    .append(wamp[i])
                    .append(" } }], component = { pubsub { publish = anyone } } }\n");
        }
        return Files.writeString(
                folder.resolve("site.conf"),
                "listeners.web { address = \"127.0.0.1:0\", routes = [\n" + routes + "] }\n");
    }

    /** A client of WAMP v2. */
    private static final class Client implements WebSocket.Listener, AutoCloseable {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final WebSocket socket;

        Client(ConfiguredServer server, int route) {
            int port = ((InetSocketAddress) server.address("web")).getPort();
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols("wamp.2.json")
                    .buildAsync(URI.create("ws://127.0.0.1:" + port + "/" + route), this)
                    .join();
        }

        String ask(String message) throws InterruptedException {
            socket.sendText(message, true).join();
            return String.valueOf(heard.poll(60, TimeUnit.SECONDS));
        }

        String join() throws InterruptedException {
            return ask("[1,\"realm1\",{\"roles\":{\"publisher\":{},\"subscriber\":{},\"caller\":{}}}]");
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            heard.add(text.toString());
            from.request(1);
            return null;
        }

        @Override
        public void close() {
            socket.abort();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void history_of_a_realm_holds_for_every_route(int route) throws Exception {
        try (ConfiguredServer server = ConfiguredServer.of(file("history = [{ events = 5 }]", ""))) {
            server.start();
            try (Client client = new Client(server, route)) {
                assertThat(client.join()).contains("event_history");
                assertThat(client.ask("[32,1,{},\"a\"]")).isEqualTo("[33,1,1]");
                // the event and the acknowledgement, whichever is first
                String publish = "[16,2,{\"acknowledge\":true,\"exclude_me\":false},\"a\",[\"kept\"]]";
                assertThat(client.ask(publish) + client.heard.poll(60, TimeUnit.SECONDS))
                        .contains("[17,2,");
                assertThat(client.ask("[48,3,{},\"wamp.subscription.get_events\",[1]]"))
                        .contains("kept");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"strict-uris = on", "logins = [{ user = ann, ticket = a-l0ng-ticket }]"})
    void rules_of_a_realm_hold_for_every_route(String option) throws Exception {
        for (int named = 0; named < 2; named++) {
            try (ConfiguredServer server = ConfiguredServer.of(named == 0 ? file(option, "") : file("", option))) {
                server.start();
                for (int route = 0; route < 2; route++) {
                    try (Client client = new Client(server, route)) {
                        String joined = client.join();
                        if (option.startsWith("logins")) {
                            assertThat(joined).startsWith("[3,");
                        } else {
                            assertThat(client.ask("[32,1,{},\"com.Upper\"]")).contains("invalid_uri");
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
                                + " (expected: one value; a key of a realm that one route gives holds for all its"
                                + " routes)");
    }

    @Test
    void equal_options_of_a_realm_are_no_contradiction() throws Exception {
        String history = "history = [{ topics = [a], events = 3 }]";

        assertThat(ConfiguredServer.of(file(history, history)).names()).containsExactly("web");
    }

    @Test
    void a_reload_forgets_options_of_a_realm_that_are_gone() throws Exception {
        Path file = file("strict-uris = on", "");
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            file("", "strict-uris = off");
            server.reload();
            try (Client client = new Client(server, 0)) {
                client.join();
                assertThat(client.ask("[32,1,{},\"com.Upper\"]")).isEqualTo("[33,1,1]");
            }
        }
    }

    @Test
    void two_users_of_one_token_are_refused() throws Exception {
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
                .hasMessageContaining("users ann and ben have one token (expected: one each)");
    }
}
