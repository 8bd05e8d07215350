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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Request of a backend to publish an event on a topic.
 *
 * <p>In JSON it is an envelope, <code>{"topic": T, "event": E}</code>, or an object with the topic in a configured
 * member, where the whole object is the event, or an array of these. Events are not parsed: their JSON text is
 * preserved. Objects with duplicate names are rejected.
 *
 * <p>An envelope may also have a {@code key} and a {@code version}. An event whose key was used on its topic before, by
 * default within 10 minutes, is not published again; neither is an event that is not newer than the newest version
 * published on its topic. In an object without an envelope these members are part of the event.
 *
 * <p>A copy keeps all other properties: {@code request.topic("blog." + request.topic())}.
 */
@ThreadSafe
public final class PublishRequest {
    /** Maximum length of a key, in characters: 255. */
    public static final int MAX_KEY_LENGTH = 255;

    /** Maximum version: 2^53. All smaller whole numbers are exact in JSON. */
    public static final long MAX_VERSION = 1L << 53;

    private static final String INVALID_KEY =
            "invalid \"key\" (expected: text of 1-" + MAX_KEY_LENGTH + " characters without control characters)";
    private static final String INVALID_VERSION = "invalid \"version\" (expected: whole number, 0-" + MAX_VERSION + ")";

    /** Members of an envelope beside the event. */
    private static final Set<String> MEMBERS = Set.of("topic", "key", "version");

    /** Version of a request without one. */
    private static final long NONE = -1;

    private final String topic;
    private final Event event;
    private final @Nullable String key;
    private final long version;

    /** Creates a request without key and version. */
    public PublishRequest(String topic, Event event) {
        this(topic, event, null, NONE);
    }

    private PublishRequest(String topic, Event event, @Nullable String key, long version) {
        this.topic = topic;
        this.event = event;
        this.key = key;
        this.version = version;
    }

    /** Returns the name of the topic. */
    public String topic() {
        return topic;
    }

    /** Returns the event to publish. */
    public Event event() {
        return event;
    }

    /** Returns the key under which the event is published once; it belongs to the topic. */
    public Optional<String> key() {
        return Optional.ofNullable(key);
    }

    /** Returns the version. Events with older or equal versions on the topic are not published. */
    public OptionalLong version() {
        return version == NONE ? OptionalLong.empty() : OptionalLong.of(version);
    }

    /** Returns a copy for another topic. */
    public PublishRequest topic(String name) {
        return new PublishRequest(name, event, key, version);
    }

    /** Returns a copy with another event. */
    public PublishRequest event(Event other) {
        return new PublishRequest(topic, other, key, version);
    }

    /**
     * Returns a copy with a key.
     *
     * @throws IllegalArgumentException if it does not have 1-255 characters or contains control characters
     */
    public PublishRequest key(String text) {
        if (!isKey(text)) {
            throw new IllegalArgumentException(INVALID_KEY);
        }
        return new PublishRequest(topic, event, text, version);
    }

    /**
     * Returns a copy with a version.
     *
     * @throws IllegalArgumentException if it is negative or greater than 2^53
     */
    public PublishRequest version(long number) {
        if (number < 0 || number > MAX_VERSION) {
            throw new IllegalArgumentException(INVALID_VERSION);
        }
        return new PublishRequest(topic, event, key, number);
    }

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
        String members = "{\"topic\":" + new JsonPrimitive(topic)
                + (key == null ? "" : ",\"key\":" + new JsonPrimitive(key))
                + (version == NONE ? "" : ",\"version\":" + version);
        byte[] head = (members + ",\"event\":").getBytes(StandardCharsets.UTF_8);
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
        Map<String, JsonCursor> members = new HashMap<>();
        ByteBuf event = null;
        ByteBuf whole = start.copy().rejectDuplicateNames().raw();
        cursor.open('{');
        for (boolean first = true; cursor.next('}', first); first = false) {
            String name = cursor.name();
            cursor.peek();
            if (name.equals("event")) {
                event = cursor.raw();
                continue;
            }
            if (MEMBERS.contains(name) || name.equals(topicField)) {
                members.put(name, cursor.copy());
            }
            cursor.raw();
        }
        String topic = text(members.get("topic"));
        if (topic != null && event != null) {
            return new PublishRequest(
                    checkTopic(topic, start),
                    Event.raw(ByteBufUtil.getBytes(event)),
                    key(members.get("key")),
                    version(members.get("version")));
        }
        String named = topicField == null ? null : text(members.get(topicField));
        if (named != null) {
            return new PublishRequest(checkTopic(named, start), Event.raw(ByteBufUtil.getBytes(whole)));
        }
        throw start.error("expected {\"topic\": \"…\", \"event\": …}"
                + (topicField == null ? "" : " or an object with \"" + topicField + "\": \"…\""));
    }

    /** Returns a member that is text; null for any other value. */
    private static @Nullable String text(@Nullable JsonCursor value) {
        return value == null || value.peek() != '"' ? null : value.copy().string();
    }

    private static @Nullable String key(@Nullable JsonCursor value) {
        if (value == null) {
            return null;
        }
        String key = text(value);
        if (key == null || !isKey(key)) {
            throw value.error(INVALID_KEY);
        }
        return key;
    }

    private static boolean isKey(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_KEY_LENGTH
                && text.chars().noneMatch(Character::isISOControl);
    }

    private static long version(@Nullable JsonCursor value) {
        if (value == null) {
            return NONE;
        }
        String number = value.copy().raw().toString(StandardCharsets.US_ASCII);
        if (!number.matches("\\d{1,16}") || Long.parseLong(number) > MAX_VERSION) {
            throw value.error(INVALID_VERSION);
        }
        return Long.parseLong(number);
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
