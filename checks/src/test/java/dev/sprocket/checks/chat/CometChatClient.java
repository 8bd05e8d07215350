package dev.sprocket.checks.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;

/** Comet client that sends by POST and receives by event stream or long polling. */
abstract class CometChatClient implements ChatClient {
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final URI chat;
    String id = "";
    private int sent;

    private CometChatClient(int port) {
        chat = URI.create("http://127.0.0.1:" + port + "/chat");
    }

    static CometChatClient stream(int port) throws Exception {
        return new Stream(port);
    }

    static CometChatClient poll(int port) throws Exception {
        return new Poll(port);
    }

    @Override
    public void send(String text) throws Exception {
        HttpRequest post = request("?id=" + id + "&n=" + ++sent)
                .POST(BodyPublishers.ofString(text))
                .build();
        assertThat(client.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(204);
    }

    HttpRequest.Builder request(String query) {
        return HttpRequest.newBuilder(URI.create(chat + query)).timeout(Duration.ofSeconds(40));
    }

    @Override
    public void close() throws Exception {
        client.send(request("?id=" + id).DELETE().build(), BodyHandlers.discarding());
    }

    private static final class Stream extends CometChatClient {
        private final Iterator<String> lines;

        Stream(int port) throws Exception {
            super(port);
            HttpResponse<java.util.stream.Stream<String>> response = client.send(
                    request("").header("Accept", "text/event-stream").build(), BodyHandlers.ofLines());
            assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
            lines = response.body().iterator();
            // the stream begins with a comment, so that browsers fire their open event
            assertThat(lines.next()).isEqualTo(":");
            assertThat(lines.next()).isEmpty();
            assertThat(lines.next()).isEqualTo("event: id");
            id = event();
        }

        /** Reads the data lines of the next event. */
        private String event() {
            StringBuilder data = new StringBuilder();
            for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
                if (line.startsWith("data: ")) {
                    data.append(data.isEmpty() ? "" : "\n").append(line.substring("data: ".length()));
                }
            }
            return data.toString();
        }

        @Override
        public String receive() {
            return event();
        }
    }

    private static final class Poll extends CometChatClient {
        private final Queue<String> received = new ArrayDeque<>();
        private long last;

        Poll(int port) throws Exception {
            super(port);
            poll("");
        }

        private void poll(String query) throws Exception {
            String body =
                    client.send(request(query).build(), BodyHandlers.ofString()).body();
            JsonObject json = JsonParser.parseString(body).getAsJsonObject();
            id = json.get("id").getAsString();
            last = json.get("last").getAsLong();
            json.getAsJsonArray("messages").forEach(message -> received.add(message.getAsString()));
        }

        @Override
        public String receive() throws Exception {
            while (received.isEmpty()) {
                poll("?id=" + id + "&after=" + last);
            }
            return received.remove();
        }
    }
}
