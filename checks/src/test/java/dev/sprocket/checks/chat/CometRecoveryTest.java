package dev.sprocket.checks.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.comet.CometOptions;
import dev.sprocket.comet.CometServer;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.thread.SingleThreaded;
import dev.sprocket.examples.ChatBacklog;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.SpinWait;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Comet clients that return within and after the grace period, as the guide describes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class CometRecoveryTest {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private CometServer comet = new CometServer(new ChatBacklog());

    private IoServer start(Duration grace) throws Exception {
        comet = new CometServer(new SingleThreaded<Connection, Message>(new ChatBacklog()))
                .options(CometOptions.DEFAULT.grace(grace).poll(Duration.ofMillis(200)));
        IoServer server = IoServer.builder(new HttpServer(new Router()
                        .route("GET", "/chat", comet)
                        .route("POST", "/chat", comet)
                        .route("DELETE", "/chat", comet)))
                .bind(0)
                .build();
        server.start();
        return server;
    }

    /** Client that polls. */
    private final class Poll {
        private final URI chat;
        private String id = "";
        private long last;
        private int sent;

        Poll(IoServer server) throws Exception {
            chat = URI.create("http://127.0.0.1:" + server.port() + "/chat");
            assertThat(poll()).isEqualTo(200);
        }

        final List<String> received = new ArrayList<>();

        int poll() throws Exception {
            String query = id.isEmpty() ? "" : "?id=" + id + "&after=" + last;
            HttpResponse<String> response =
                    client.send(HttpRequest.newBuilder(URI.create(chat + query)).build(), BodyHandlers.ofString());
            if (response.statusCode() == 200) {
                JsonObject json = JsonParser.parseString(response.body()).getAsJsonObject();
                id = json.get("id").getAsString();
                last = json.get("last").getAsLong();
                json.getAsJsonArray("messages").asList().stream()
                        .map(JsonElement::getAsString)
                        .forEach(received::add);
            }
            return response.statusCode();
        }

        int send(String text) throws Exception {
            HttpRequest post = HttpRequest.newBuilder(URI.create(chat + "?id=" + id + "&n=" + ++sent))
                    .POST(BodyPublishers.ofString(text))
                    .build();
            return client.send(post, BodyHandlers.discarding()).statusCode();
        }

        String next() throws Exception {
            while (received.isEmpty()) {
                assertThat(poll()).isEqualTo(200);
            }
            return received.remove(0);
        }
    }

    @Test
    void client_within_grace_has_its_own_messages() throws Exception {
        try (IoServer server = start(Duration.ofMinutes(10))) {
            Poll ann = new Poll(server);
            Poll bob = new Poll(server);
            ann.send("");
            bob.send("");
            ann.next();
            bob.next();

            // nobody listens for ann now
            bob.send("one");
            bob.send("two");
            bob.next();
            bob.next();

            assertThat(ann.next()).endsWith(" one");
            assertThat(ann.next()).endsWith(" two");
        }
    }

    @Test
    void client_after_grace_recovers_by_its_position() throws Exception {
        try (IoServer server = start(Duration.ofSeconds(2))) {
            Poll ann = new Poll(server);
            ann.send("");
            String position = ann.next();
            while (comet.size() > 0) { // ann does not poll
                SpinWait.once();
            }
            assertThat(ann.poll()).isEqualTo(404);

            Poll bob = new Poll(server);
            bob.send("");
            assertThat(bob.next()).isEqualTo(position);
            bob.send("one");
            assertThat(bob.next()).endsWith(" one");

            Poll again = new Poll(server);
            again.send(position);
            assertThat(again.next()).isEqualTo(position);
            assertThat(again.next()).endsWith(" one");
        }
    }
}
