package dev.sprocket.faultlab.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sprocket.faultlab.host.Node;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Observer by WAMP v2, which continues after its positions. */
final class Wamp2Observer implements Client.Session {
    private static final int EVENT = 36;
    private static final int ERROR = 8;
    private static final int GOODBYE = 6;

    private final Journal journal;
    private final java.util.Set<String> logged;
    private final Map<String, String> positions = new HashMap<>();
    private final Map<Long, String> subscriptions = new HashMap<>();
    private boolean returns;

    Wamp2Observer(Journal journal, java.util.Set<String> logged) {
        this.journal = journal;
        this.logged = logged;
    }

    static TextSocket join(Node node) throws Exception {
        TextSocket socket = new TextSocket(node.webSocket("/ws"), "wamp.2.json");
        socket.send("[1,\"realm1\",{\"roles\":{\"publisher\":{},\"subscriber\":{},\"caller\":{}}}]");
        JsonArray welcome = socket.nextArray();
        if (welcome.get(0).getAsInt() != 2) {
            throw new IOException("not WELCOME: " + welcome);
        }
        return socket;
    }

    @Override
    public void run(Node node, Client client) throws Exception {
        subscriptions.clear();
        long request = 0;
        try (TextSocket socket = join(node)) {
            for (String topic : journal.topics()) {
                JsonObject options = new JsonObject();
                if (positions.containsKey(topic)) {
                    options.addProperty("_after", positions.get(topic));
                }
                socket.send("[32," + ++request + "," + options + ",\"" + topic + "\"]");
                long id = answer(socket, 33).get(2).getAsLong();
                subscriptions.put(id, topic);
                if (logged.contains(topic) && !positions.containsKey(topic)) {
                    socket.send(
                            "[48," + ++request + ",{},\"wamp.subscription.get_events\",[" + id + "],{\"limit\":0}]");
                    JsonObject result = answer(socket, 50).get(4).getAsJsonObject();
                    positions.putIfAbsent(topic, result.get("position").getAsString());
                    if (returns) {
                        journal.gap(topic, "the observer had no position");
                    }
                }
            }
            returns = true;
            journal.connected(node.name());
            while (!client.isStopping()) {
                JsonArray message = socket.pollArray(500);
                if (message != null) {
                    onMessage(message);
                }
            }
        }
    }

    /** Returns the answer of a type; events before it are noted. */
    private JsonArray answer(TextSocket socket, int type) throws Exception {
        while (true) {
            JsonArray message = socket.nextArray();
            if (message.get(0).getAsInt() == type) {
                return message;
            }
            if (message.get(0).getAsInt() != EVENT) {
                throw new IOException("not " + type + ": " + message);
            }
            onMessage(message);
        }
    }

    private void onMessage(JsonArray message) throws IOException {
        int type = message.get(0).getAsInt();
        if (type == EVENT) {
            String topic = subscriptions.get(message.get(1).getAsLong());
            if (topic == null) {
                throw new IOException("unknown subscription: " + message);
            }
            JsonObject details = message.get(3).getAsJsonObject();
            JsonElement gap = details.get("_gap");
            if (gap != null) {
                journal.gap(topic, gap.getAsJsonObject().get("reason").getAsString());
            }
            String position = text(details.get("_position"));
            if (position != null) {
                positions.put(topic, position);
            }
            journal.event(topic, message.get(4).getAsJsonArray().get(0), position, false);
        } else if (type == ERROR || type == GOODBYE) {
            throw new IOException(message.toString());
        }
    }

    private static @Nullable String text(@Nullable JsonElement element) {
        return element == null || element.isJsonNull() ? null : element.getAsString();
    }

    @Override
    public void ended() {
        journal.disconnected();
    }
}
