package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.sprocket.core.spi.ExactNumbers;
import dev.sprocket.core.spi.Surrogates;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is published: any JSON value. JSON that comes in as text goes out as the same text, and is parsed only if somebody
 * asks for it. What comes in another form becomes JSON only if somebody asks for that.
 */
@ThreadSafe
public final class Event {
    /** An event in another form than JSON. */
    @ThreadSafe
    public interface Payload {
        /** How long it is, in bytes, in its own form. */
        int size();

        /** The same as JSON text in UTF-8; called at most a few times, since the event remembers it. */
        byte[] json();
    }

    private static final Gson GSON = ExactNumbers.addTo(
                    new GsonBuilder().serializeNulls().disableHtmlEscaping())
            .create();

    private final @Nullable Payload payload;
    private volatile @Nullable ByteBuf json;
    /** What a protocol has made of it. */
    private volatile @Nullable Object cachedForm;

    private Event(byte[] json) {
        this.payload = null;
        this.json = Unpooled.wrappedBuffer(json).asReadOnly();
    }

    private Event(Payload payload) {
        this.payload = payload;
    }

    /** What came in another form than JSON. */
    public static Event ofPayload(Payload payload) {
        return new Event(payload);
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
    public static Event of(@Nullable Object value) {
        return new Event(Surrogates.replaceUnpaired(GSON.toJson(value)).getBytes(StandardCharsets.UTF_8));
    }

    /** The JSON text. */
    public String json() {
        return content().toString(StandardCharsets.UTF_8);
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
        ByteBuf known = json;
        if (known == null) {
            known = Unpooled.wrappedBuffer(payload == null ? new byte[0] : payload.json())
                    .asReadOnly();
            json = known;
        }
        return known;
    }

    /** How long it is, in bytes, in the form in which it came. */
    public int size() {
        return payload == null ? content().readableBytes() : payload.size();
    }

    /** The form in which it came, if it is one of these. */
    public <P extends Payload> Optional<P> payload(Class<P> type) {
        return type.isInstance(payload) ? Optional.of(type.cast(payload)) : Optional.empty();
    }

    /**
     * What a protocol makes of it, made once and remembered, unless another protocol makes something of it, too.
     *
     * @param make must depend on the event alone
     */
    public <F> F cachedForm(Class<F> type, Function<Event, F> make) {
        Object known = cachedForm;
        if (type.isInstance(known)) {
            return type.cast(known);
        }
        F made = make.apply(this);
        cachedForm = made;
        return made;
    }

    @Override
    public String toString() {
        return "event of " + size() + " bytes";
    }
}
