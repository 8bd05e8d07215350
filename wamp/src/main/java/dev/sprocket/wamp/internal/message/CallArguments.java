package dev.sprocket.wamp.internal.message;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.internal.text.Surrogates;
import dev.sprocket.wamp.internal.serializer.JsonSerializer;
import dev.sprocket.wamp.internal.serializer.ValueTrees;
import dev.sprocket.wamp.spi.Serializer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of a WAMP v2 message, by position and by keyword, kept as encoded bytes.
 *
 * <p>Each other serialization is encoded once. A value of WAMP v1 becomes the only argument in v2. The arguments of
 * v2 become one value in v1:
 *
 * <ul>
 *   <li>{@code null} if there are none, the argument itself if there is one, a list if there are several;
 *   <li>an object for keyword arguments only, <code>{"args": […], "kwargs": {…}}</code> for both kinds.
 * </ul>
 */
@ThreadSafe
public final class CallArguments {
    /** Maximum size of an empty list and an empty map together, with some white space. */
    private static final int MAX_EMPTY_SIZE = 16;

    public static final CallArguments EMPTY = new CallArguments(JsonSerializer.JSON, null, null);

    private final Serializer serializer;
    private final Serializer.@Nullable Slice list;
    private final Serializer.@Nullable Slice map;
    private volatile @Nullable Map<Serializer, CallArguments> transcoded;

    public CallArguments(Serializer serializer, Serializer.@Nullable Slice list, Serializer.@Nullable Slice map) {
        this.serializer = serializer;
        this.list = list;
        this.map = map;
    }

    /** Creates arguments of trees of plain objects. */
    public static CallArguments of(List<?> list, Map<String, ?> map) {
        return new CallArguments(JsonSerializer.JSON, json(list), map.isEmpty() ? null : json(map));
    }

    /** Creates arguments by position of plain objects, encoded by a serializer. */
    public static CallArguments of(Serializer serializer, List<?> list) {
        Serializer.Writer out = serializer.writer();
        ValueTrees.write(out, list);
        return new CallArguments(serializer, Serializer.Slice.of(out.bytes()), null);
    }

    /** Creates arguments of plain objects, encoded by a serializer. */
    public static CallArguments of(Serializer serializer, List<?> list, Map<String, ?> map) {
        Serializer.Writer out = serializer.writer();
        ValueTrees.write(out, map);
        return new CallArguments(serializer, of(serializer, list).list, Serializer.Slice.of(out.bytes()));
    }

    public static CallArguments of(@Nullable Object... list) {
        return of(Arrays.asList(list), Map.of());
    }

    private static Serializer.Slice json(Object tree) {
        Serializer.Writer out = JsonSerializer.JSON.writer();
        ValueTrees.write(out, tree);
        return Serializer.Slice.of(out.bytes());
    }

    /** Creates arguments of a value of WAMP v1, as JSON text. */
    public static CallArguments ofV1Json(byte[] json) {
        byte[] list = new byte[json.length + 2];
        list[0] = '[';
        System.arraycopy(json, 0, list, 1, json.length);
        list[json.length + 1] = ']';
        return new CallArguments(JsonSerializer.JSON, Serializer.Slice.of(list), null);
    }

    /** Creates arguments by position of the JSON text of a list. */
    public static CallArguments ofJsonList(String json) {
        return new CallArguments(
                JsonSerializer.JSON,
                Serializer.Slice.of(Surrogates.replaceUnpaired(json).getBytes(StandardCharsets.UTF_8)),
                null);
    }

    /** Returns the same arguments in another serialization. */
    @SuppressWarnings("ReferenceEquality") // there is one instance per serializer
    CallArguments as(Serializer target) {
        if (serializer == target || (list == null && map == null)) {
            return this;
        }
        return transcoded()
                .computeIfAbsent(
                        target,
                        other -> new CallArguments(
                                other,
                                list == null ? null : ValueTrees.transcode(list, serializer, other),
                                map == null ? null : ValueTrees.transcode(map, serializer, other)));
    }

    private Map<Serializer, CallArguments> transcoded() {
        Map<Serializer, CallArguments> result = transcoded;
        if (result == null) {
            synchronized (this) {
                result = transcoded;
                if (result == null) {
                    result = new ConcurrentHashMap<>(2);
                    transcoded = result;
                }
            }
        }
        return result;
    }

    /** Returns the number of items in a message: none, the list, or both. */
    public int itemCount() {
        return map != null ? 2 : list != null ? 1 : 0;
    }

    /** Writes the arguments as the last items of a message. */
    void writeTo(Serializer.Writer out, Serializer target) {
        CallArguments encoded = as(target);
        if (encoded.list != null) {
            out.raw(encoded.list);
        } else if (encoded.map != null) {
            out.list(0).end();
        }
        if (encoded.map != null) {
            out.raw(encoded.map);
        }
    }

    /** Returns the size in bytes, in the original serialization. */
    public int size() {
        return (list == null ? 0 : list.size()) + (map == null ? 0 : map.size());
    }

    /** Reports whether there are no arguments, by position or by keyword. */
    public boolean isEmpty() {
        return list == null && map == null || size() <= MAX_EMPTY_SIZE && list().isEmpty() && map().isEmpty();
    }

    /** Returns the serializer of the original bytes. */
    public Serializer serializer() {
        return serializer;
    }

    /** Returns the encoded arguments by position; null if there are none. */
    public Serializer.@Nullable Slice listSlice() {
        return list;
    }

    /** Returns the encoded keyword arguments; null if there are none. */
    public Serializer.@Nullable Slice mapSlice() {
        return map;
    }

    /** Returns a copy without the rest of the message buffer, if that is large. */
    public CallArguments compact() {
        return isLargelyUnused(list) || isLargelyUnused(map)
                ? new CallArguments(serializer, copy(list), copy(map))
                : this;
    }

    private boolean isLargelyUnused(Serializer.@Nullable Slice slice) {
        return slice != null && slice.bytes().length > 2 * size() + 1024;
    }

    private static Serializer.@Nullable Slice copy(Serializer.@Nullable Slice slice) {
        return slice == null ? null : Serializer.Slice.of(Arrays.copyOfRange(slice.bytes(), slice.from(), slice.to()));
    }

    private Serializer.Reader reader(Serializer.Slice slice) {
        return serializer.reader(slice.bytes(), slice.from(), slice.to());
    }

    /** Returns the arguments by position, as plain objects. */
    public List<?> list() {
        Object tree = list == null ? null : ValueTrees.read(reader(list));
        return tree instanceof List<?> items ? items : List.of();
    }

    /** Returns the keyword arguments, as plain objects. */
    public Map<?, ?> map() {
        Object tree = map == null ? null : ValueTrees.read(reader(map));
        return tree instanceof Map<?, ?> named ? named : Map.of();
    }

    /** Returns the arguments by position, encoded by a serializer. */
    public Object encodedList(Serializer target) {
        Serializer.Slice encoded = as(target).list;
        return encoded == null ? List.of() : encoded;
    }

    /** Returns the keyword arguments, encoded by a serializer. */
    public Object encodedMap(Serializer target) {
        Serializer.Slice encoded = as(target).map;
        return encoded == null ? Map.of() : encoded;
    }

    /**
     * Returns a list argument and a map argument as arguments of their own.
     *
     * <p>A copy, since they may be stored for long. Arguments of another type are ignored.
     */
    public CallArguments nested(int listIndex, int mapIndex) {
        return new CallArguments(
                serializer, item(listIndex, Serializer.Reader.Token.LIST), item(mapIndex, Serializer.Reader.Token.MAP));
    }

    private Serializer.@Nullable Slice item(int index, Serializer.Reader.Token type) {
        Serializer.Reader in = reader(Objects.requireNonNull(list));
        in.next();
        Serializer.Slice item = in.sliceOrEnd();
        for (int i = 0; i < index && item != null; i++) {
            item = in.sliceOrEnd();
        }
        return item != null && reader(item).next() == type
                ? Serializer.Slice.of(Arrays.copyOfRange(item.bytes(), item.from(), item.to()))
                : null;
    }

    /** Returns the arguments by position, as JSON. */
    public List<JsonElement> jsonList() {
        Serializer.Slice json = as(JsonSerializer.JSON).list;
        return json == null ? List.of() : ((JsonArray) parse(json)).asList();
    }

    /** Returns the keyword arguments, as JSON. */
    public JsonObject jsonMap() {
        Serializer.Slice json = as(JsonSerializer.JSON).map;
        return json == null ? new JsonObject() : (JsonObject) parse(json);
    }

    private static JsonElement parse(Serializer.Slice json) {
        return JsonParser.parseString(new String(json.bytes(), json.from(), json.size(), StandardCharsets.UTF_8));
    }

    /** Returns the arguments as a value of WAMP v1, as JSON text. */
    public byte[] toV1Json() {
        CallArguments json = as(JsonSerializer.JSON);
        Serializer.Slice named = json.map == null || isEmpty(json.map) ? null : json.map;
        Serializer.Slice items = json.list == null || isEmpty(json.list) ? null : json.list;
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

    private static void write(ByteArrayOutputStream out, Serializer.Slice slice) {
        out.write(slice.bytes(), slice.from(), slice.size());
    }

    private static boolean isEmpty(Serializer.Slice json) {
        Serializer.Reader in = JsonSerializer.JSON.reader(json.bytes(), json.from(), json.to());
        in.next();
        return in.next() == Serializer.Reader.Token.END;
    }

    /** Returns the item of a list with one item, otherwise the list. */
    private static Serializer.Slice single(Serializer.Slice json) {
        Serializer.Reader in = JsonSerializer.JSON.reader(json.bytes(), json.from(), json.to());
        in.next();
        Serializer.Slice item = in.sliceOrEnd();
        return item != null && in.next() == Serializer.Reader.Token.END ? item : json;
    }

    @Override
    public String toString() {
        return serializer.name() + " of " + size() + " bytes";
    }
}
