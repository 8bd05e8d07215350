package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.sprocket.core.internal.json.ExactNumbers;
import dev.sprocket.core.internal.text.Surrogates;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Published value, in JSON or another serialization.
 *
 * <p>JSON text is delivered unchanged and parsed on request only. Other serializations are converted to JSON on request
 * only.
 */
@ThreadSafe
public final class Event {
    /** Event in a serialization other than JSON. */
    @ThreadSafe
    public interface Payload {
        /** Returns the size in its own serialization, in bytes. */
        int size();

        /** Returns the event as JSON text in UTF-8. The result is cached, so this is called a few times at most. */
        byte[] json();

        /** Returns the publication id, 1 to 2^53; 0 if the log chooses one. */
        default long publication() {
            return 0;
        }

        /** Reports whether the event is retained for later subscribers; false by default. */
        default boolean isRetained() {
            return false;
        }

        /**
         * Returns what is disclosed of the publisher, by name; nothing by default.
         *
         * <p>Names that all protocols understand are {@code session}, {@code authid} and {@code authrole}.
         */
        default Map<String, String> publisher() {
            return Map.of();
        }

        /** Returns this payload in as little memory as possible, for the log. */
        default Payload compact() {
            return this;
        }
    }

    /**
     * Form in which servers send payloads of one kind to each other, found by {@link java.util.ServiceLoader}.
     *
     * <p>Payloads without a form are sent as JSON text.
     */
    @ThreadSafe
    public interface PayloadFormat {
        /** Returns the type, such as {@code wamp}; at most 255 letters of ASCII. */
        String type();

        /** Returns the bytes of a payload; null if it is of another kind. */
        byte @Nullable [] write(Payload payload);

        /**
         * Reads a payload of another server.
         *
         * @param publication publication id of its event
         * @param retained true if the event is retained for later subscribers
         * @param publisher what is disclosed of the publisher, by name
         * @throws IllegalArgumentException if the bytes or the publisher are malformed
         */
        Payload read(byte[] bytes, long publication, boolean retained, Map<String, String> publisher);
    }

    private static final Gson GSON = ExactNumbers.addTo(
                    new GsonBuilder().serializeNulls().disableHtmlEscaping())
            .create();

    private final @Nullable Payload payload;
    /** JSON text; null if there is a payload. */
    private final byte @Nullable [] text;
    /** Trace context of the publisher; null if there is none. */
    private final @Nullable String traceparent;

    private volatile @Nullable ByteBuf json;
    /** Form of the event that a protocol has cached; see {@link #cachedForm}. */
    private volatile @Nullable Object cachedForm;

    private Event(byte[] json) {
        this(null, json, null);
    }

    private Event(Payload payload) {
        this(payload, null, null);
    }

    private Event(@Nullable Payload payload, byte @Nullable [] text, @Nullable String traceparent) {
        this.payload = payload;
        this.text = text;
        this.traceparent = traceparent;
    }

    /** Creates an event from a payload in a serialization other than JSON. */
    public static Event ofPayload(Payload payload) {
        return new Event(payload);
    }

    /** Creates an event from valid JSON text in UTF-8. The caller must not modify the array afterwards. */
    public static Event raw(byte[] json) {
        return new Event(json);
    }

    /**
     * Creates an event from JSON text.
     *
     * @throws com.google.gson.JsonSyntaxException if the text is not valid JSON
     */
    public static Event json(String json) {
        return of(JsonParser.parseString(json));
    }

    /**
     * Creates an event from any value that Gson can serialize. Examples: a record, a map, a string, a {@link
     * JsonElement}.
     */
    public static Event of(@Nullable Object value) {
        return new Event(Surrogates.replaceUnpaired(GSON.toJson(value)).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns a copy with the trace context of its publisher, which is carried unchanged.
     *
     * @param context value of a {@code traceparent} header (W3C Trace Context, section 3.2)
     */
    public Event traceparent(String context) {
        return new Event(payload, text, context);
    }

    /** Returns the trace context of the publisher. A log in memory does not keep it. */
    public Optional<String> traceparent() {
        return Optional.ofNullable(traceparent);
    }

    /** Returns the event as JSON text. */
    public String json() {
        return content().toString(StandardCharsets.UTF_8);
    }

    /** Returns the event as an object of a class, deserialized by Gson. */
    public <T> T as(Class<T> type) {
        return GSON.fromJson(json(), type);
    }

    /** Returns the event as a Gson tree. */
    public JsonElement tree() {
        return JsonParser.parseString(json());
    }

    /** Returns the JSON text in UTF-8 as a read-only buffer. The caller must not change its indices. */
    public ByteBuf content() {
        ByteBuf content = json;
        if (content == null) {
            content = Unpooled.wrappedBuffer(text != null ? text : payload == null ? new byte[0] : payload.json())
                    .asReadOnly();
            json = content;
        }
        return content;
    }

    /** Returns the size of the event in its original serialization, in bytes. */
    public int size() {
        return text != null ? text.length : payload == null ? 0 : payload.size();
    }

    /** Returns the text or payload, in which a log keeps the event. */
    Object stored() {
        return text != null ? text : payload == null ? new byte[0] : payload.compact();
    }

    /** Returns the event of a {@link #stored} text or payload. */
    static Event ofStored(Object stored) {
        return stored instanceof Payload kept ? new Event(kept) : new Event((byte[]) stored);
    }

    /** Returns the publication id of the payload; 0 if it has none. */
    long publication() {
        return payload == null ? 0 : payload.publication();
    }

    /** Returns the payload in its original serialization, if it has this type. */
    public <P extends Payload> Optional<P> payload(Class<P> type) {
        return type.isInstance(payload) ? Optional.of(type.cast(payload)) : Optional.empty();
    }

    /**
     * Returns a protocol's own form of this event, computed at the first call.
     *
     * <p>Only one form is cached: the form of another protocol replaces it.
     *
     * @param type class of the form
     * @param compute computes the form; must depend on the event only
     */
    public <F> F cachedForm(Class<F> type, Function<Event, F> compute) {
        Object cached = cachedForm;
        if (type.isInstance(cached)) {
            return type.cast(cached);
        }
        F computed = compute.apply(this);
        cachedForm = computed;
        return computed;
    }

    @Override
    public String toString() {
        return "event of " + size() + " bytes";
    }
}
