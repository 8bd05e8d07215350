package dev.sprocket.faultlab.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sprocket.faultlab.host.Node;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Observer by WAMP v1, which recovers by the procedures of the server. */
final class Wamp1Observer implements Client.Session {
    private static final String GAPS = "sprocket.gap";
    private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Journal journal;
    private final Set<String> logged;
    private final Map<String, String> positions = new HashMap<>();
    /** Calls without an answer: the topic, and in {@link #recoveries} if it is a recovery. */
    private final Map<String, String> calls = new HashMap<>();

    private final Set<String> recoveries = new HashSet<>();
    /** Topics whose missed events are not there yet. */
    private final Set<String> missing = new HashSet<>();

    private int ids;

    Wamp1Observer(Journal journal, Set<String> logged) {
        this.journal = journal;
        this.logged = logged;
    }

    @Override
    public void run(Node node, Client client) throws Exception {
        calls.clear();
        recoveries.clear();
        missing.clear();
        boolean connected = false;
        try (TextSocket socket = new TextSocket(node.webSocket("/ws"), "wamp")) {
            JsonArray welcome = socket.nextArray();
            if (welcome.get(0).getAsInt() != 0) {
                throw new IOException("not WELCOME: " + welcome);
            }
            socket.send("[5,\"" + GAPS + "\"]");
            for (String topic : journal.topics()) {
                socket.send("[5,\"" + topic + "\"]");
                if (positions.containsKey(topic)) {
                    missing.add(topic);
                    recover(socket, topic);
                } else if (logged.contains(topic)) {
                    ask(socket, topic);
                }
            }
            long asked = System.nanoTime();
            while (!client.isStopping()) {
                JsonArray message = socket.pollArray(200);
                if (message != null) {
                    onMessage(socket, message);
                }
                if (!connected && calls.isEmpty()) {
                    journal.connected(node.name());
                    connected = true;
                }
                if (System.nanoTime() - asked > ASK_NANOS && calls.isEmpty()) {
                    asked = System.nanoTime();
                    for (String topic : logged) {
                        ask(socket, topic);
                    }
                }
            }
        }
    }

    private void ask(TextSocket socket, String topic) throws Exception {
        String id = "c" + ++ids;
        calls.put(id, topic);
        socket.send("[2,\"" + id + "\",\"sprocket.position\",\"" + topic + "\"]");
    }

    private void recover(TextSocket socket, String topic) throws Exception {
        String id = "c" + ++ids;
        calls.put(id, topic);
        recoveries.add(id);
        socket.send("[2,\"" + id + "\",\"sprocket.recover\",\"" + topic + "\",\"" + positions.get(topic) + "\"]");
    }

    private void onMessage(TextSocket socket, JsonArray message) throws Exception {
        int type = message.get(0).getAsInt();
        if (type == 8) {
            String topic = message.get(1).getAsString();
            if (topic.equals(GAPS)) {
                JsonObject gap = message.get(2).getAsJsonObject();
                journal.gap(gap.get("topic").getAsString(), gap.get("reason").getAsString());
            } else if (!missing.contains(topic)) { // otherwise it is in the answer, too
                journal.event(topic, message.get(2), null, false);
            }
        } else if (type == 3) {
            String id = message.get(1).getAsString();
            String topic = calls.remove(id);
            if (topic == null) {
                throw new IOException("unknown call: " + message);
            }
            JsonElement result = message.get(2);
            if (recoveries.remove(id)) {
                onRecovered(socket, topic, result.getAsJsonObject());
            } else {
                positions.put(topic, result.getAsString());
            }
        } else if (type == 4) {
            throw new IOException(message.toString());
        }
    }

    private void onRecovered(TextSocket socket, String topic, JsonObject answer) throws Exception {
        JsonElement gap = answer.get("gap");
        if (gap != null && !gap.isJsonNull()) {
            journal.gap(topic, gap.getAsJsonObject().get("reason").getAsString());
        }
        for (JsonElement event : answer.get("events").getAsJsonArray()) {
            journal.event(topic, event.getAsJsonObject().get("event"), null, true);
        }
        positions.put(topic, answer.get("position").getAsString());
        if (answer.get("complete").getAsBoolean()) {
            missing.remove(topic);
        } else {
            recover(socket, topic);
        }
    }

    @Override
    public void ended() {
        journal.disconnected();
    }
}
