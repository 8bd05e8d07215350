package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.spi.Surrogates;
import dev.sprocket.pubsub.Event;
import dev.sprocket.wamp.spi.ByteSlice;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.wamp.spi.ValueReader;
import dev.sprocket.wamp.spi.ValueWriter;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a message of WAMP v2, arguments by position and by name, as the bytes that they are; in another
 * serialisation it is made once.
 *
 * <p>WAMP v1 has one value where v2 has these. What v1 says is the one argument of v2. What v2 says is for v1:
 *
 * <ul>
 *   <li>nothing: {@code null}; one argument: that; several: a list of them;
 *   <li>names alone: an object; both: <code>{"args": […], "kwargs": {…}}</code>.
 * </ul>
 */
@ThreadSafe
final class CallArguments {
    /** The longest that an empty list and an empty map can be together, with some white space. */
    private static final int MAX_EMPTY_SIZE = 16;

    static final CallArguments EMPTY = new CallArguments(JsonSerializer.JSON, null, null);

    private final Serializer serializer;
    private final @Nullable ByteSlice list;
    private final @Nullable ByteSlice map;
    private volatile @Nullable Map<Serializer, CallArguments> transcoded;

    CallArguments(Serializer serializer, @Nullable ByteSlice list, @Nullable ByteSlice map) {
        this.serializer = serializer;
        this.list = list;
        this.map = map;
    }

    /** Values of our own, as trees of plain objects. */
    static CallArguments of(List<?> list, Map<String, ?> map) {
        return new CallArguments(JsonSerializer.JSON, json(list), map.isEmpty() ? null : json(map));
    }

    /** As above, in some format. */
    static CallArguments of(Serializer serializer, List<?> list) {
        ValueWriter out = serializer.writer();
        ValueTrees.write(out, list);
        return new CallArguments(serializer, ByteSlice.of(out.bytes()), null);
    }

    static CallArguments of(@Nullable Object... list) {
        return of(Arrays.asList(list), Map.of());
    }

    private static ByteSlice json(Object tree) {
        ValueWriter out = JsonSerializer.JSON.writer();
        ValueTrees.write(out, tree);
        return ByteSlice.of(out.bytes());
    }

    /** A value of WAMP v1, as JSON text. */
    static CallArguments ofV1Json(byte[] json) {
        byte[] list = new byte[json.length + 2];
        list[0] = '[';
        System.arraycopy(json, 0, list, 1, json.length);
        list[json.length + 1] = ']';
        return new CallArguments(JsonSerializer.JSON, ByteSlice.of(list), null);
    }

    /** JSON text of a list. */
    static CallArguments ofJsonList(String json) {
        return new CallArguments(
                JsonSerializer.JSON,
                ByteSlice.of(Surrogates.replaceUnpaired(json).getBytes(StandardCharsets.UTF_8)),
                null);
    }

    /** What an event carries. */
    static CallArguments of(Event event) {
        return event.payload(V2Event.class)
                .map(V2Event::arguments)
                .orElseGet(() -> event.cachedForm(CallArguments.class, e -> ofV1Json(ByteBufUtil.getBytes(e.content()))));
    }

    /** The same in some serialisation. */
    @SuppressWarnings("ReferenceEquality") // there is one of each
    CallArguments as(Serializer wanted) {
        if (serializer == wanted || (list == null && map == null)) {
            return this;
        }
        return transcoded()
                .computeIfAbsent(
                        wanted,
                        other -> new CallArguments(
                                other,
                                list == null ? null : ValueTrees.transcode(list, serializer, other),
                                map == null ? null : ValueTrees.transcode(map, serializer, other)));
    }

    private Map<Serializer, CallArguments> transcoded() {
        Map<Serializer, CallArguments> known = transcoded;
        if (known == null) {
            synchronized (this) {
                known = transcoded;
                if (known == null) {
                    known = new ConcurrentHashMap<>(2);
                    transcoded = known;
                }
            }
        }
        return known;
    }

    /** How many items of a message they are: none, the list, or the list and the map. */
    int itemCount() {
        return map != null ? 2 : list != null ? 1 : 0;
    }

    /** Writes them as the last items of a message. */
    void writeTo(ValueWriter out, Serializer wanted) {
        CallArguments same = as(wanted);
        if (same.list != null) {
            out.raw(same.list);
        } else if (same.map != null) {
            out.list(0).end();
        }
        if (same.map != null) {
            out.raw(same.map);
        }
    }

    /** How long they are, in bytes, as they came. */
    int size() {
        return (list == null ? 0 : list.size()) + (map == null ? 0 : map.size());
    }

    /** Whether there are none, by position or by name. */
    boolean isEmpty() {
        return list == null && map == null || size() <= MAX_EMPTY_SIZE && list().isEmpty() && map().isEmpty();
    }

    /** The same arguments without the rest of the message that they came in, if that is large. */
    CallArguments compact() {
        return isLargelyUnused(list) || isLargelyUnused(map)
                ? new CallArguments(serializer, copy(list), copy(map))
                : this;
    }

    private boolean isLargelyUnused(@Nullable ByteSlice slice) {
        return slice != null && slice.bytes().length > 2 * size() + 1024;
    }

    private static @Nullable ByteSlice copy(@Nullable ByteSlice slice) {
        return slice == null ? null : ByteSlice.of(Arrays.copyOfRange(slice.bytes(), slice.from(), slice.to()));
    }

    private ValueReader reader(ByteSlice slice) {
        return serializer.reader(slice.bytes(), slice.from(), slice.to());
    }

    /** The arguments by position, as plain objects. */
    List<?> list() {
        Object tree = list == null ? null : ValueTrees.read(reader(list));
        return tree instanceof List<?> items ? items : List.of();
    }

    /** The arguments by name, as plain objects. */
    Map<?, ?> map() {
        Object tree = map == null ? null : ValueTrees.read(reader(map));
        return tree instanceof Map<?, ?> named ? named : Map.of();
    }

    /** The arguments by position as bytes in some format. */
    Object encodedList(Serializer wanted) {
        ByteSlice same = as(wanted).list;
        return same == null ? List.of() : same;
    }

    /** The arguments by name as bytes in some format. */
    Object encodedMap(Serializer wanted) {
        ByteSlice same = as(wanted).map;
        return same == null ? Map.of() : same;
    }

    /** Two of the arguments by position, a list and a map or null, as arguments; a copy, since they may be kept for long. */
    CallArguments nested(int listAt, int mapAt) {
        return new CallArguments(serializer, item(listAt, ValueReader.Token.LIST), item(mapAt, ValueReader.Token.MAP));
    }

    private @Nullable ByteSlice item(int at, ValueReader.Token kind) {
        ValueReader in = reader(Objects.requireNonNull(list));
        in.next();
        ByteSlice item = in.sliceOrEnd();
        for (int i = 0; i < at && item != null; i++) {
            item = in.sliceOrEnd();
        }
        return item != null && reader(item).next() == kind
                ? ByteSlice.of(Arrays.copyOfRange(item.bytes(), item.from(), item.to()))
                : null;
    }

    /** The arguments by position, as JSON. */
    List<JsonElement> jsonList() {
        ByteSlice json = as(JsonSerializer.JSON).list;
        return json == null ? List.of() : ((JsonArray) parse(json)).asList();
    }

    /** The arguments by name, as JSON. */
    JsonObject jsonMap() {
        ByteSlice json = as(JsonSerializer.JSON).map;
        return json == null ? new JsonObject() : (JsonObject) parse(json);
    }

    private static JsonElement parse(ByteSlice json) {
        return JsonParser.parseString(new String(json.bytes(), json.from(), json.size(), StandardCharsets.UTF_8));
    }

    /** The one value that they are for WAMP v1, as JSON text. */
    byte[] toV1Json() {
        CallArguments json = as(JsonSerializer.JSON);
        ByteSlice named = json.map == null || isEmpty(json.map) ? null : json.map;
        ByteSlice items = json.list == null || isEmpty(json.list) ? null : json.list;
        ByteArrayOutputStream out = new ByteArrayOutputStream(size() + 32);
        if (named != null && items != null) {
            out.writeBytes("{\"args\":".getBytes(StandardCharsets.US_ASCII));
            write(out, items);
            out.writeBytes(",\"kwargs\":".getBytes(StandardCharsets.US_ASCII));
            write(out, named);
            out.write('}');
        } else if (named != null) {
            write(out, named);
        } else if (items != null) {
            write(out, single(items));
        } else {
            out.writeBytes("null".getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, ByteSlice slice) {
        out.write(slice.bytes(), slice.from(), slice.size());
    }

    private static boolean isEmpty(ByteSlice json) {
        ValueReader in = JsonSerializer.JSON.reader(json.bytes(), json.from(), json.to());
        in.next();
        return in.next() == ValueReader.Token.END;
    }

    /** The item of a list that has one, or the list. */
    private static ByteSlice single(ByteSlice json) {
        ValueReader in = JsonSerializer.JSON.reader(json.bytes(), json.from(), json.to());
        in.next();
        ByteSlice item = in.sliceOrEnd();
        return item != null && in.next() == ValueReader.Token.END ? item : json;
    }

    @Override
    public String toString() {
        return serializer.name() + " of " + size() + " bytes";
    }
}
