package dev.sprocket.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.plugin.config.ConfigurationException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configured users of WAMP v2. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WampLoginsTest {
    private static final String SITE =
            """
            listeners.web {
              address = "127.0.0.1:0"
              routes = [{
                path = /ws
                layers = [ws, { wamp { users = [%s] } }]
                component = pubsub
              }]
            }
            """;

    @TempDir
    private Path folder;

    private @Nullable ConfiguredServer server;

    private ConfiguredServer configured(String logins) throws Exception {
        return ConfiguredServer.of(Files.writeString(folder.resolve("site.conf"), SITE.formatted(logins)));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    /** Returns the first message of a WAMP v1 handshake, or its close code and reason. */
    private static String v1(int port, String path, String user) throws Exception {
        LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
        WebSocket.Builder builder =
                HttpClient.newHttpClient().newWebSocketBuilder().subprotocols("wamp");
        if (!user.isEmpty()) {
            // Basic without Origin might be any page's request
            builder.header("Origin", "http://127.0.0.1")
                    .header(
                            "Authorization",
                            "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        }
        WebSocket ws = builder.buildAsync(URI.create("ws://127.0.0.1:" + port + path), new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
                        received.add(text.toString());
                        return null;
                    }

                    @Override
                    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                        received.add(code + " " + reason);
                        return null;
                    }
                })
                .get(20, TimeUnit.SECONDS);
        String first = String.valueOf(received.poll(20, TimeUnit.SECONDS));
        ws.abort();
        return first;
    }

    @Test
    void v1_is_rejected_with_users_unless_http_authenticates() throws Exception {
        server = ConfiguredServer.of(
                Files.writeString(
                        folder.resolve("site.conf"),
                        """
                listeners.web {
                  address = "127.0.0.1:0"
                  routes = [{
                    path = /ws
                    layers = [ws, { wamp { users = [{ user = ann, ticket = t1ck3t }] } }]
                    component = pubsub
                  }, {
                    path = /known
                    layers = [{ basic-auth { users = [{ user = bob, password = p4ssw0rd }] } }, ws,
                              { wamp { realm = known, users = [{ user = ann, ticket = t1ck3t }] } }]
                    component = pubsub
                  }]
                }
                """));
        server.start();
        int port = ((InetSocketAddress) server.address("web")).getPort();

        assertThat(v1(port, "/ws", "")).startsWith("1008 WAMP v1 has no login");
        assertThat(v1(port, "/known", "bob:p4ssw0rd")).startsWith("[0,");
    }

    @Test
    void logins_restrict_the_ways_to_join_by_a_route() throws Exception {
        server = ConfiguredServer.of(Files.writeString(
                folder.resolve("site.conf"),
                SITE.formatted("{ user = ann, ticket = t1ck3t }, { user = bob, secret = s3cret }")
                        .replace("{ wamp {", "{ wamp { logins = [wampcra],")));
        server.start();
        String hello = "[1,\"realm1\",{\"roles\":{\"caller\":{}},\"authid\":\"ann\",\"authmethods\":[\"ticket\"]}]";
        assertThat(answer(hello)).startsWith("[3,").contains("wamp.error.no_matching_auth_method", "wampcra");
        assertThat(answer(hello.replace("\"ticket\"", "\"ticket\",\"wampcra\"")))
                .startsWith("[4,\"wampcra\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "logins = [ticket, cryptosign] | logins: cryptosign, but no user has such a credential",
                "logins = [anonymous] | logins: anonymous, but the realm has users (expected: allow-anonymous = on)",
                "logins = [tickets] | logins: tickets (did you mean ticket?)",
                "logins = [] | logins: none (expected: one or more)",
                "versions = [] | versions: none (expected: one or more)",
                "versions = [3] | versions: 3 (expected: 1, 2)",
                "serializations = [jsn] | serialization jsn is not available (expected: json",
                "v1 = off | v1: no longer exists (write versions = [2])",
                "v1 = on | v1: no longer exists (write versions = [1, 2])",
                "history = [{ topics = [a, \"b.*\"], max-events = 5, max-bytes = 1m }] | history: no longer exists"
                        + " (write topics { \"a\" { history { size = 5, ttl = 1h, max-bytes = 1m } }, \"b.*\""
                        + " { history { size = 5, ttl = 1h, max-bytes = 1m } } })",
                "history = [] | write topics { \"news.*\" { history { size = 100, ttl = 1h } } }",
            })
    void invalid_route_option_is_an_error(String option, String error) {
        assertThatThrownBy(() -> ConfiguredServer.of(Files.writeString(
                        folder.resolve("site.conf"),
                        SITE.formatted("{ user = ann, ticket = t }").replace("{ wamp {", "{ wamp { " + option + ","))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(error);
    }

    /** Sends messages one by one, waits for each response, and returns the last. */
    private String answer(String... says) throws Exception {
        LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
        ConfiguredServer running = server == null ? configured("") : server;
        int port = ((InetSocketAddress) running.address("web")).getPort();
        WebSocket ws = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("wamp.2.json")
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws"), new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
                        received.add(text.toString());
                        socket.request(1);
                        return null;
                    }
                })
                .get(20, TimeUnit.SECONDS);
        String last = "";
        for (String one : says) {
            ws.sendText(one, true).join();
            last = String.valueOf(received.poll(20, TimeUnit.SECONDS));
        }
        ws.abort();
        return last;
    }

    @Test
    void valid_ticket_joins_and_invalid_one_does_not() throws Exception {
        server = configured("{ user = ann, role = editor, ticket = t1ck3t }, { user = bob, secret = s3cret }");
        server.start();
        String hello = "[1,\"realm1\",{\"roles\":{\"caller\":{}},\"authid\":\"ann\",\"authmethods\":[\"ticket\"]}]";
        assertThat(answer(hello)).startsWith("[4,\"ticket\"");
        assertThat(answer(hello, "[5,\"t1ck3t\",{}]")).startsWith("[2,").contains("\"authrole\":\"editor\"");
        assertThat(answer(hello, "[5,\"guess\",{}]")).startsWith("[3,").contains("wamp.error.authentication_denied");
        assertThat(answer(hello.replace("ann", "bob").replace("\"ticket\"", "\"wampcra\"")))
                .startsWith("[4,\"wampcra\"")
                .doesNotContain("s3cret");
        assertThat(answer("[1,\"realm1\",{\"roles\":{\"caller\":{}}}]")).startsWith("[3,");
    }

    @Test
    void user_without_credential_is_an_error() {
        assertThatThrownBy(() -> configured("{ user = ann }"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ann has no credential (expected: ticket, secret or public-key)");
    }
}
