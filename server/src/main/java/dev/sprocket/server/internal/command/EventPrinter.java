package dev.sprocket.server.internal.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.internal.text.ParserErrors;
import dev.sprocket.core.internal.text.SafeText;
import java.net.http.WebSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes to topics by WAMP v2 or v1, and prints their events.
 *
 * <p>Confined to the callbacks of one WebSocket, except for {@link #await}.
 */
final class EventPrinter implements WebSocket.Listener {
    private static final String NO_REALM = "wamp.error.no_such_realm";

    private final CountDownLatch ended = new CountDownLatch(1);
    private final String realm;
    private final List<String> topics;
    /** Topics by subscription (v2). */
    private final Map<Long, String> subscriptions = new HashMap<>();

    private final StringBuilder text = new StringBuilder();
    private long remaining;
    private volatile @Nullable String failure;
    private volatile boolean realmUnknown;

    EventPrinter(String realm, List<String> topics, long count) {
        this.realm = realm;
        this.topics = topics;
        this.remaining = count;
    }

    /** Waits for the end of the connection, and returns the reason; null after all events. */
    @Nullable
    String await() throws InterruptedException {
        ended.await();
        return failure;
    }

    /** Reports whether the server has no realm of this name. */
    boolean isRealmUnknown() {
        return realmUnknown;
    }

    private static boolean isV2(WebSocket socket) {
        return socket.getSubprotocol().startsWith("wamp.2");
    }

    @Override
    public void onOpen(WebSocket socket) {
        if (isV2(socket)) {
            send(socket, array(1, realm, JsonParser.parseString("{\"roles\":{\"subscriber\":{}}}")));
        } else {
            topics.forEach(topic -> send(socket, array(5, topic)));
            subscribed();
        }
        socket.request(1);
    }

    private void subscribed() {
        System.err.println("subscribed to " + String.join(", ", topics));
    }

    private static void send(WebSocket socket, JsonArray message) {
        // the messages of a client are few and short, so that each fits into the buffer of the socket
        socket.sendText(message.toString(), true).join();
    }

    private static JsonArray array(int type, Object... items) {
        JsonArray array = new JsonArray();
        array.add(type);
        for (Object item : items) {
            if (item instanceof JsonElement element) {
                array.add(element);
            } else if (item instanceof Number number) {
                array.add(number);
            } else {
                array.add(String.valueOf(item));
            }
        }
        return array;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            JsonArray message = JsonParser.parseString(text.toString()).getAsJsonArray();
            text.setLength(0);
            if (isV2(socket)) {
                receive(socket, message);
            } else if (message.get(0).getAsInt() == 8) {
                print(socket, message.get(1).getAsString(), message.get(2));
            }
        }
        socket.request(1);
        return null;
    }

    private void receive(WebSocket socket, JsonArray message) {
        switch (message.get(0).getAsInt()) {
            case 2 -> { // WELCOME
                for (int i = 0; i < topics.size(); i++) {
                    send(socket, array(32, i + 1, new JsonObject(), topics.get(i)));
                }
            }
            case 3 -> { // ABORT
                realmUnknown = NO_REALM.equals(message.get(2).getAsString());
                end(socket, "not admitted to " + realm + ": " + reason(message.get(2), message.get(1)));
            }
            case 8 -> // ERROR
                end(
                        socket,
                        topics.get(message.get(2).getAsInt() - 1) + ": "
                                + message.get(4).getAsString()
                                + (message.size() > 5
                                                && !message.get(5)
                                                        .getAsJsonArray()
                                                        .isEmpty()
                                        ? ": "
                                                + message.get(5)
                                                        .getAsJsonArray()
                                                        .get(0)
                                                        .getAsString()
                                        : ""));
            case 33 -> { // SUBSCRIBED
                subscriptions.put(
                        message.get(2).getAsLong(), topics.get(message.get(1).getAsInt() - 1));
                if (message.get(1).getAsInt() == topics.size()) {
                    subscribed();
                }
            }
            case 36 -> // EVENT
                print(socket, subscriptions.getOrDefault(message.get(1).getAsLong(), ""), value(message));
            default -> {}
        }
    }

    private static String reason(JsonElement uri, JsonElement details) {
        JsonElement why = details.getAsJsonObject().get("message");
        return uri.getAsString() + (why == null ? "" : ": " + why.getAsString());
    }

    /** Returns the arguments of an event as one value, as WAMP v1 clients receive it. */
    private static JsonElement value(JsonArray event) {
        JsonArray args = event.size() > 4 ? event.get(4).getAsJsonArray() : new JsonArray();
        if (event.size() > 5 && event.get(5).getAsJsonObject().size() > 0) {
            if (args.isEmpty()) {
                return event.get(5);
            }
            JsonObject both = new JsonObject();
            both.add("args", args);
            both.add("kwargs", event.get(5));
            return both;
        }
        return args.isEmpty() ? JsonNull.INSTANCE : args.size() == 1 ? args.get(0) : args;
    }

    private void print(WebSocket socket, String topic, JsonElement value) {
        if (remaining > 0) {
            remaining--;
            System.out.println(SafeText.escape((topics.size() > 1 ? topic + " " : "") + value));
            if (remaining == 0) {
                var unused = socket.sendClose(WebSocket.NORMAL_CLOSURE, "").thenRun(ended::countDown);
            }
        }
    }

    private void end(WebSocket socket, String reason) {
        failure = SafeText.escape(reason);
        socket.abort();
        ended.countDown();
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        if (remaining > 0) {
            failure = "connection closed by the server: " + code + (reason.isEmpty() ? "" : " " + reason);
        }
        ended.countDown();
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        failure = "connection lost: " + ParserErrors.text(error);
        ended.countDown();
    }
}
