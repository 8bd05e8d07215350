package dev.sprocket.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event streams obey the access to topics. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class EventsAccessTest {
    private static final String SITE =
            """
            topics {
              "*" { subscribe = anyone }
              "secret.*" { subscribe = nobody }
              "known.*" { subscribe = authenticated }
              "staff.*" { subscribe = role staff }
            }
            listeners.web {
              address = "127.0.0.1:0"
              routes = [{
                path = /ws
                layers = [ws, wamp]
                component = pubsub
              }, {
                path = /own
                layers = [ws, { wamp { realm = own, private-topics = on } }]
                component = pubsub
              }, {
                path = /events
                component = events
              }, {
                path = /known-events
                layers = [{ basic-auth { users = [{ user = ann, password = p, roles = [staff] }] } }]
                component = events
              }]
            }
            """;

    @TempDir
    private Path folder;

    private static HttpResponse<?> get(ConfiguredServer server, String path) throws Exception {
        int port = ((InetSocketAddress) server.address("web")).getPort();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                // Basic without Origin might be any page's request
                .header("Origin", "http://127.0.0.1")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString("ann:p".getBytes(StandardCharsets.UTF_8)))
                .build();
        // the body of a stream does not end
        return HttpClient.newHttpClient()
                .sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                .get(20, TimeUnit.SECONDS);
    }

    private static int status(ConfiguredServer server, String path) throws Exception {
        return get(server, path).statusCode();
    }

    private static String refusal(ConfiguredServer server, String path) throws Exception {
        return new String(((java.io.InputStream) get(server, path).body()).readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void event_streams_obey_the_rules_of_pubsub() throws Exception {
        Path file = Files.writeString(folder.resolve("site.conf"), SITE);
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            assertThat(status(server, "/events/open.a")).isEqualTo(200);
            assertThat(status(server, "/events/secret.a")).isEqualTo(403);
            assertThat(status(server, "/known-events/secret.a")).isEqualTo(403);
            assertThat(status(server, "/events/known.a")).isEqualTo(403);
            assertThat(status(server, "/known-events/known.a")).isEqualTo(200);
            assertThat(status(server, "/events/staff.a")).isEqualTo(403);
            assertThat(refusal(server, "/events/staff.a"))
                    .isEqualTo("403 Forbidden: topic denied for clients that are not logged in\n");
            assertThat(refusal(server, "/known-events/secret.a"))
                    .isEqualTo("403 Forbidden: topic denied for this user\n")
                    .isEqualTo(refusal(server, "/known-events/wamp.nosuch"));
            assertThat(status(server, "/known-events/staff.a")).isEqualTo(200);

            Files.writeString(file, SITE.replace("secret.*", "other.*"));
            server.reload();
            assertThat(status(server, "/events/secret.a")).isEqualTo(200);
            assertThat(status(server, "/events/other.a")).isEqualTo(403);
        }
    }

    @Test
    void event_streams_show_no_reserved_topic() throws Exception {
        Path file = Files.writeString(folder.resolve("site.conf"), SITE);
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            assertThat(status(server, "/known-events/wamp.session.on_join")).isEqualTo(403);
        }
    }
}
