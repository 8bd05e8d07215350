package dev.sprocket.wamp.internal.v1;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.sprocket.core.internal.json.JsonCursor;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Decodes a message of a WAMP v1 client; an event stays JSON text. */
final class V1Reader {
    private final JsonCursor json;
    private final String sessionId;

    private V1Reader(JsonCursor json, String sessionId) {
        this.json = json;
        this.sessionId = sessionId;
    }

    /**
     * Decodes a message and passes it to a handler.
     *
     * <p>Throws {@link WampProtocolException} or {@code JsonException} if it is malformed; the handler is not called
     * then.
     */
    static void read(ByteBuf text, String sessionId, Consumer<ClientMessage> handler) {
        JsonCursor json = new JsonCursor(text);
        json.open('[');
        if (!json.next(']', true)) {
            throw new WampProtocolException("empty message");
        }
        int type = json.integer();
        V1Reader reader = new V1Reader(json, sessionId);
        ClientMessage message =
                switch (type) {
                    case V1Messages.PREFIX -> reader.prefix();
                    case V1Messages.CALL -> reader.call();
                    case V1Messages.SUBSCRIBE -> reader.subscribe();
                    case V1Messages.UNSUBSCRIBE -> reader.unsubscribe();
                    case V1Messages.PUBLISH -> reader.publish();
                    default -> throw new WampProtocolException("message type " + type + " (expected: 1, 2, 5, 6 or 7)");
                };
        json.end();
        handler.accept(message);
    }

    private ClientMessage prefix() {
        String prefix = string("prefix");
        String uri = string("uri");
        skipRest();
        return new ClientMessage.Prefix(prefix, uri);
    }

    private ClientMessage subscribe() {
        String topic = string("topic");
        skipRest();
        return new ClientMessage.Subscribe(topic);
    }

    private ClientMessage unsubscribe() {
        String topic = string("topic");
        skipRest();
        return new ClientMessage.Unsubscribe(topic);
    }

    private ClientMessage call() {
        require("call id");
        char first = json.peek();
        if (first != '"' && first != '-' && (first < '0' || first > '9')) {
            throw json.error("expected a call id that is a string or a number");
        }
        String callId = text(json.raw());
        String procedure = string("procedure");
        List<JsonElement> arguments = new ArrayList<>();
        while (json.next(']', false)) {
            arguments.add(JsonParser.parseString(text(json.raw())));
        }
        if (arguments.size() == 1 && arguments.get(0).isJsonArray()) {
            arguments = arguments.get(0).getAsJsonArray().asList();
        }
        return new ClientMessage.Invoke(callId, procedure, List.copyOf(arguments));
    }

    private ClientMessage publish() {
        String topic = string("topic");
        require("event");
        Event event = Event.raw(ByteBufUtil.getBytes(json.raw()));
        Audience audience = Audience.ALL;
        List<String> eligible = List.of();
        if (json.next(']', false)) {
            if (json.peek() == '[') {
                audience = audience.exceptIds(ids());
            } else if (isTrue()) {
                audience = Audience.except(sessionId);
            }
            if (json.next(']', false)) {
                eligible = json.peek() == 'n' ? skipNull() : ids();
                skipRest();
            }
        }
        return new ClientMessage.Publish(topic, event, eligible.isEmpty() ? audience : audience.onlyIds(eligible));
    }

    private List<String> skipNull() {
        json.raw();
        return List.of();
    }

    private List<String> ids() {
        List<String> ids = new ArrayList<>();
        json.open('[');
        for (boolean first = true; json.next(']', first); first = false) {
            ids.add(json.string());
        }
        return ids;
    }

    /**
     * Reads a value as boolean with the rules of PHP and JavaScript.
     *
     * <p>False, null, 0 and "" are false, other values are true; an object is an error, since a list of ids was
     * expected.
     */
    private boolean isTrue() {
        if (json.peek() == '{') {
            throw json.error("expected true, false or an array of session ids");
        }
        String value = text(json.raw());
        return switch (value) {
            case "false", "null", "\"\"" -> false;
            default -> !value.matches("-?0(\\.0+)?([eE].*)?");
        };
    }

    private String string(String item) {
        require(item);
        return json.string();
    }

    private void require(String item) {
        if (!json.next(']', false)) {
            throw new WampProtocolException("too few items (expected: " + item + ")");
        }
    }

    /** Skips further items, which this version of the protocol does not define. */
    private void skipRest() {
        while (json.next(']', false)) {
            json.raw();
        }
    }

    private static String text(ByteBuf raw) {
        return raw.toString(StandardCharsets.UTF_8);
    }
}
