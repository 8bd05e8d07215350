package dev.sprocket.checks.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** WAMP v2 client over a link, with numbered requests. */
final class Wamp2 implements AutoCloseable {
    private static final int FAILED = 8;
    private static final int EVENT = 36;
    private static final int INVOCATION = 68;
    private static final String ROLES = "\"roles\":{\"caller\":{},\"callee\":{},\"publisher\":{},\"subscriber\":{}}";

    private final Link link;
    /** Topics of subscriptions by id. */
    private final Map<Long, String> topics = new HashMap<>();
    /** Topics of received events. */
    private final List<String> events = new ArrayList<>();

    private int requests;

    private Wamp2(Link link) {
        this.link = link;
    }

    /** Joins a realm as the user of the link. */
    static Wamp2 join(Link link, String realm) throws Exception {
        link.send("[1,\"" + realm + "\",{" + ROLES + "}]");
        assertThat(link.receive()).startsWith("[2,");
        return new Wamp2(link);
    }

    /** Joins a realm with a ticket, or anonymously. */
    static Wamp2 login(Link link, String realm, Who who) throws Exception {
        if (!who.isAuthenticated()) {
            return join(link, realm);
        }
        link.send("[1,\"" + realm + "\",{\"authid\":\"" + who.id + "\",\"authmethods\":[\"ticket\"]," + ROLES + "}]");
        assertThat(link.receive()).startsWith("[4,\"ticket\"");
        link.send("[5,\"" + who.password() + "\",{}]");
        assertThat(link.receive()).startsWith("[2,");
        return new Wamp2(link);
    }

    /** Sends a request and returns its response; {@code rest} follows the request id. */
    JsonArray request(int type, String rest) throws Exception {
        int id = ++requests;
        link.send("[" + type + "," + id + "," + rest + "]");
        while (true) {
            JsonArray message = JsonParser.parseString(link.receive()).getAsJsonArray();
            int kind = message.get(0).getAsInt();
            if (kind == EVENT) {
                String topic = topics.get(message.get(1).getAsLong());
                events.add(topic.equals("fence") ? topic + message.get(4) : topic);
            } else if (kind == INVOCATION) {
                link.send("[70," + message.get(1) + ",{},[1]]");
            } else if (message.get(kind == FAILED ? 2 : 1).getAsInt() == id) {
                return message;
            }
        }
    }

    private static boolean isAllowed(JsonArray response) {
        if (response.get(0).getAsInt() != FAILED) {
            return true;
        }
        assertThat(response.get(4).getAsString()).isEqualTo("wamp.error.not_authorized");
        return false;
    }

    boolean subscribe(String topic, String options) throws Exception {
        JsonArray response = request(32, "{" + options + "},\"" + topic + "\"");
        if (isAllowed(response)) {
            topics.put(response.get(2).getAsLong(), topic);
            return true;
        }
        return false;
    }

    void unsubscribe(String topic) throws Exception {
        for (Map.Entry<Long, String> subscription : List.copyOf(topics.entrySet())) {
            if (subscription.getValue().equals(topic)) {
                request(34, String.valueOf(subscription.getKey()));
                topics.remove(subscription.getKey());
            }
        }
    }

    /** Ends the session and waits for the answer. */
    void goodbye() throws Exception {
        link.send("[6,{},\"wamp.close.close_realm\"]");
        String text = link.receive();
        while (!text.startsWith("[6,")) {
            text = link.receive();
        }
    }

    boolean publish(String topic) throws Exception {
        return isAllowed(request(16, "{\"acknowledge\":true},\"" + topic + "\",[1]"));
    }

    boolean register(String procedure) throws Exception {
        JsonArray response = request(64, "{},\"" + procedure + "\"");
        if (isAllowed(response)) {
            request(66, response.get(2).toString());
            return true;
        }
        return false;
    }

    /** Calls a procedure that nobody has registered. */
    boolean call(String procedure) throws Exception {
        String error = request(48, "{},\"" + procedure + "\"").get(4).getAsString();
        assertThat(error).isIn("wamp.error.not_authorized", "wamp.error.no_such_procedure");
        return error.equals("wamp.error.no_such_procedure");
    }

    /** Calls a meta procedure; returns its response. */
    JsonArray meta(String procedure, String arguments) throws Exception {
        return request(48, "{},\"" + procedure + "\",[" + arguments + "]");
    }

    /** Returns the topics of the events before the response to a further request. */
    List<String> events() throws Exception {
        request(48, "{},\"fence.nothing\"");
        List<String> all = List.copyOf(events);
        events.clear();
        return all;
    }

    /** Returns the topics of the events up to that of a fence. */
    List<String> eventsUntilFence(int number) throws Exception {
        List<String> all = new ArrayList<>();
        while (true) {
            all.addAll(events());
            int end = all.indexOf("fence[" + number + "]");
            if (end >= 0) {
                return all.subList(0, end);
            }
        }
    }

    @Override
    public void close() throws IOException {
        link.close();
    }
}
