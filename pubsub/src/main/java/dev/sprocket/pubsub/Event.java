package dev.sprocket.pubsub;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * What is published: any JSON value. JSON that comes in as text goes out as the same text, and is parsed only if somebody
 * asks for it.
 *
 * <p>Threads: any; it does not change.
 */
public final class Event {
    private static final Gson GSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private final ByteBuf json;

    private Event(byte[] json) {
        this.json = Unpooled.wrappedBuffer(json).asReadOnly();
    }

    /** JSON text in UTF-8 that was checked before, as it is; the caller must not change it any more. */
    public static Event raw(byte[] json) {
        return new Event(json);
    }

    /** JSON text; throws {@link com.google.gson.JsonSyntaxException} if it is none. */
    public static Event json(String json) {
        return of(JsonParser.parseString(json));
    }

    /** Any value that Gson can write: a record, a map, a string, a {@link JsonElement} … */
    public static Event of(@org.jspecify.annotations.Nullable Object value) {
        return new Event(GSON.toJson(value).getBytes(StandardCharsets.UTF_8));
    }

    /** The JSON text. */
    public String json() {
        return json.toString(StandardCharsets.UTF_8);
    }

    /** The event as an object of a class, as Gson maps it. */
    public <T> T as(Class<T> type) {
        return GSON.fromJson(json(), type);
    }

    /** The event as a tree. */
    public JsonElement tree() {
        return JsonParser.parseString(json());
    }

    /** The JSON text in UTF-8, for the expert: read-only, leave its indices alone. */
    public ByteBuf content() {
        return json;
    }

    @Override
    public String toString() {
        return "event of " + json.readableBytes() + " bytes";
    }
}
