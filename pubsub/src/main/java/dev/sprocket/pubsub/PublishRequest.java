package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonPrimitive;
import dev.sprocket.core.Message;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.internal.json.JsonCursor;
import dev.sprocket.core.internal.json.JsonException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Request of a backend to publish an event on a topic.
 *
 * <p>In JSON it is an envelope, <code>{"topic": T, "event": E}</code>, or an object with the topic in a configured
 * member, where the whole object is the event, or an array of these. Events are not parsed: their JSON text is
 * preserved. Objects with duplicate names are rejected.
 *
 * @param topic name of the topic
 * @param event event to publish
 */
@ThreadSafe
public record PublishRequest(String topic, Event event) {
    /**
     * Reads publish requests from JSON, in envelopes only.
     *
     * @param json JSON text in UTF-8
     * @throws RejectedException if the text is not JSON or not a publish request; contains the position
     */
    public static List<PublishRequest> read(ByteBuf json) {
        return read(json, null);
    }

    /**
     * Reads publish requests from JSON.
     *
     * @param json JSON text in UTF-8
     * @param topicField name of the member that contains the topic of an object without an envelope; null to accept
     *     envelopes only
     * @throws RejectedException if the text is not JSON or not a publish request; contains the position
     */
    public static List<PublishRequest> read(ByteBuf json, @Nullable String topicField) {
        try {
            return readAll(json, topicField);
        } catch (JsonException e) {
            throw malformed(e);
        }
    }

    private static List<PublishRequest> readAll(ByteBuf json, @Nullable String topicField) {
        JsonCursor cursor = new JsonCursor(json);
        List<PublishRequest> pushes = new ArrayList<>(1);
        checkUtf8(json, cursor);
        if (cursor.peek() == '[') {
            cursor.open('[');
            for (boolean first = true; cursor.next(']', first); first = false) {
                pushes.add(parse(cursor, topicField));
            }
        } else {
            pushes.add(parse(cursor, topicField));
        }
        cursor.end();
        return pushes;
    }

    /**
     * Reads a publish request whose topic is not part of the JSON text.
     *
     * @param topic name of the topic
     * @param json event as JSON text in UTF-8, any value
     * @throws RejectedException if the topic is empty or too long, or the text is not JSON; contains the position
     */
    public static PublishRequest readEvent(String topic, ByteBuf json) {
        String invalid = invalidTopic(topic);
        if (invalid != null) {
            throw RejectedException.malformed(invalid);
        }
        try {
            JsonCursor cursor = new JsonCursor(json);
            checkUtf8(json, cursor);
            Event event =
                    Event.raw(ByteBufUtil.getBytes(cursor.rejectDuplicateNames().raw()));
            cursor.end();
            return new PublishRequest(topic, event);
        } catch (JsonException e) {
            throw malformed(e);
        }
    }

    private static RejectedException malformed(JsonException cause) {
        return RejectedException.malformed(String.valueOf(cause.getMessage()));
    }

    /** Returns the request as an envelope, for components that receive messages. */
    public Message envelope() {
        byte[] head = ("{\"topic\":" + new JsonPrimitive(topic) + ",\"event\":").getBytes(StandardCharsets.UTF_8);
        int size = event.content().readableBytes();
        ByteBuf all = Unpooled.buffer(head.length + size + 1);
        all.writeBytes(head)
                .writeBytes(event.content(), event.content().readerIndex(), size)
                .writeByte('}');
        return Message.text(all);
    }

    private static void checkUtf8(ByteBuf json, JsonCursor cursor) {
        if (!ByteBufUtil.isText(json, StandardCharsets.UTF_8)) {
            throw cursor.error("not UTF-8");
        }
    }

    private static PublishRequest parse(JsonCursor cursor, @Nullable String topicField) {
        cursor.peek();
        JsonCursor start = cursor.copy();
        String topic = null;
        String named = null;
        ByteBuf event = null;
        ByteBuf whole = start.copy().rejectDuplicateNames().raw();
        cursor.open('{');
        for (boolean first = true; cursor.next('}', first); first = false) {
            String name = cursor.name();
            boolean text = cursor.peek() == '"';
            if (name.equals("event")) {
                event = cursor.raw();
                continue;
            }
            boolean wanted = text && (name.equals("topic") || name.equals(topicField));
            if (!wanted) {
                cursor.raw();
                continue;
            }
            String value = cursor.string();
            if (name.equals("topic")) {
                topic = value;
            }
            if (name.equals(topicField)) {
                named = value;
            }
        }
        if (topic != null && event != null) {
            return new PublishRequest(checkTopic(topic, start), Event.raw(ByteBufUtil.getBytes(event)));
        }
        if (named != null) {
            return new PublishRequest(checkTopic(named, start), Event.raw(ByteBufUtil.getBytes(whole)));
        }
        throw start.error("expected {\"topic\": \"…\", \"event\": …}"
                + (topicField == null ? "" : " or an object with \"" + topicField + "\": \"…\""));
    }

    private static String checkTopic(String topic, JsonCursor at) {
        String invalid = invalidTopic(topic);
        if (invalid != null) {
            throw at.error(invalid);
        }
        return topic;
    }

    private static @Nullable String invalidTopic(String topic) {
        return topic.isEmpty() || topic.length() > Topics.MAX_ID_LENGTH
                ? "topic of " + topic.length() + " characters (expected: 1-" + Topics.MAX_ID_LENGTH + ")"
                : null;
    }
}
