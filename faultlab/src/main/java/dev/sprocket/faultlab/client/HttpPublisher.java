package dev.sprocket.faultlab.client;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.faultlab.history.Sent;
import dev.sprocket.faultlab.host.Node;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** Pushes by HTTP, each event when the one before is answered. */
final class HttpPublisher implements Client.Session {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();
    private static final Duration TIMEOUT = Duration.ofSeconds(8);

    private final String name;
    private final Outbox outbox;
    private final List<String> topics;
    private final int pauseMillis;

    HttpPublisher(String name, Outbox outbox, List<String> topics, int pauseMillis) {
        this.name = name;
        this.outbox = outbox;
        this.topics = topics;
        this.pauseMillis = pauseMillis;
    }

    @Override
    public void run(Node node, Client client) throws Exception {
        String identity = outbox.identity(name);
        for (long number = 1; !client.isStopping(); number++) {
            String topic = topics.get(client.random().nextInt(topics.size()));
            Sent sent = outbox.next(identity, number, topic, node.name());
            HttpRequest request = HttpRequest.newBuilder(node.http("/push/" + topic))
                    .timeout(TIMEOUT)
                    .header("Content-Type", "application/json")
                    .header("Authorization", "Bearer " + Node.TOKEN)
                    .POST(HttpRequest.BodyPublishers.ofString(Outbox.json(sent)))
                    .build();
            HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == 200) {
                JsonObject answer = JsonParser.parseString(response.body()).getAsJsonObject();
                JsonElement position = answer.get("position");
                outbox.answered(
                        sent,
                        Sent.Outcome.ACKNOWLEDGED,
                        position == null || position.isJsonNull() ? null : position.getAsString());
            } else if (response.statusCode() == 503) {
                outbox.answered(sent, Sent.Outcome.REFUSED, null);
            } else {
                throw new IOException("status " + response.statusCode() + ": " + response.body());
            }
            Thread.sleep(pauseMillis);
        }
    }
}
