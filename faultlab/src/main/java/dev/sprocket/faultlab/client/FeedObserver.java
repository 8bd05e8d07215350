package dev.sprocket.faultlab.client;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.faultlab.host.Node;
import java.util.HashMap;
import java.util.Map;

/** Observer on a WebSocket without WAMP: the component {@code fault-lab-feed} of the lab's plugin. */
final class FeedObserver implements Client.Session {
    private final Journal journal;
    private final Map<String, String> positions = new HashMap<>();

    FeedObserver(Journal journal) {
        this.journal = journal;
    }

    @Override
    public void run(Node node, Client client) throws Exception {
        try (TextSocket socket = new TextSocket(node.webSocket("/feed"))) {
            JsonObject wanted = new JsonObject();
            journal.topics().forEach(topic -> wanted.addProperty(topic, positions.getOrDefault(topic, "")));
            socket.send(wanted.toString());
            while (!client.isStopping()) {
                String message = socket.poll(500);
                if (message != null) {
                    onMessage(JsonParser.parseString(message).getAsJsonObject(), node);
                }
            }
        }
    }

    private void onMessage(JsonObject message, Node node) {
        JsonElement position = message.get("position");
        String at = position == null ? null : position.getAsString();
        if (message.has("subscribed")) {
            journal.connected(node.name());
            message.getAsJsonObject("subscribed")
                    .asMap()
                    .forEach((topic, start) -> positions.putIfAbsent(topic, start.getAsString()));
            return;
        }
        String topic = message.get("topic").getAsString();
        if (message.has("gap")) {
            journal.gap(topic, message.get("gap").getAsString());
            return;
        }
        if (at != null) {
            positions.put(topic, at);
        }
        journal.event(topic, message.get("event"), at, false);
    }

    @Override
    public void ended() {
        journal.disconnected();
    }
}
