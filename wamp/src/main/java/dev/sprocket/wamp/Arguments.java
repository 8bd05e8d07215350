package dev.sprocket.wamp;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.spi.WellFormed;
import dev.sprocket.pubsub.Event;
import dev.sprocket.wamp.spi.Reader;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.wamp.spi.Slice;
import dev.sprocket.wamp.spi.Writer;
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
 *
 * <p>Threads: any; it does not change.
 */
final class Arguments {
    /** The longest that an empty list and an empty map can be together, with some white space. */
    private static final int NOTHING = 16;

    static final Arguments NONE = new Arguments(JsonSerializer.JSON, null, null);

    private final Serializer serializer;
    private final @Nullable Slice list;
    private final @Nullable Slice map;
    private volatile @Nullable Map<Serializer, Arguments> others;

    Arguments(Serializer serializer, @Nullable Slice list, @Nullable Slice map) {
        this.serializer = serializer;
        this.list = list;
        this.map = map;
    }

    /** Values of our own, as trees of plain objects. */
    static Arguments of(List<?> list, Map<String, ?> map) {
        return new Arguments(JsonSerializer.JSON, json(list), map.isEmpty() ? null : json(map));
    }

    /** As above, in some format. */
    static Arguments of(Serializer serializer, List<?> list) {
        Writer out = serializer.writer();
        Values.write(out, list);
        return new Arguments(serializer, Slice.of(out.bytes()), null);
    }

    static Arguments of(@Nullable Object... list) {
        return of(Arrays.asList(list), Map.of());
    }

    private static Slice json(Object tree) {
        Writer out = JsonSerializer.JSON.writer();
        Values.write(out, tree);
        return Slice.of(out.bytes());
    }

    /** A value of WAMP v1, as JSON text. */
    static Arguments ofOne(byte[] json) {
        byte[] list = new byte[json.length + 2];
        list[0] = '[';
        System.arraycopy(json, 0, list, 1, json.length);
        list[json.length + 1] = ']';
        return new Arguments(JsonSerializer.JSON, Slice.of(list), null);
    }

    /** JSON text of a list. */
    static Arguments ofList(String json) {
        return new Arguments(JsonSerializer.JSON, Slice.of(WellFormed.of(json).getBytes(StandardCharsets.UTF_8)), null);
    }

    /** What an event carries. */
    static Arguments of(Event event) {
        return event.payload(V2Event.class)
                .map(V2Event::arguments)
                .orElseGet(() -> event.form(Arguments.class, e -> ofOne(ByteBufUtil.getBytes(e.content()))));
    }

    /** The same in some serialisation. */
    @SuppressWarnings("ReferenceEquality") // there is one of each
    Arguments in(Serializer wanted) {
        if (serializer == wanted || (list == null && map == null)) {
            return this;
        }
        return others().computeIfAbsent(
                        wanted,
                        other -> new Arguments(
                                other,
                                list == null ? null : Values.transcode(list, serializer, other),
                                map == null ? null : Values.transcode(map, serializer, other)));
    }

    private Map<Serializer, Arguments> others() {
        Map<Serializer, Arguments> known = others;
        if (known == null) {
            synchronized (this) {
                known = others;
                if (known == null) {
                    known = new ConcurrentHashMap<>(2);
                    others = known;
                }
            }
        }
        return known;
    }

    /** How many items of a message they are: none, the list, or the list and the map. */
    int items() {
        return map != null ? 2 : list != null ? 1 : 0;
    }

    /** Writes them as the last items of a message. */
    void writeTo(Writer out, Serializer wanted) {
        Arguments same = in(wanted);
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
    boolean isNothing() {
        return list == null && map == null || size() <= NOTHING && list().isEmpty() && map().isEmpty();
    }

    /** The same arguments without the rest of the message that they came in, if that is large. */
    Arguments compact() {
        return isLoose(list) || isLoose(map) ? new Arguments(serializer, copy(list), copy(map)) : this;
    }

    private boolean isLoose(@Nullable Slice slice) {
        return slice != null && slice.bytes().length > 2 * size() + 1024;
    }

    private static @Nullable Slice copy(@Nullable Slice slice) {
        return slice == null ? null : Slice.of(Arrays.copyOfRange(slice.bytes(), slice.from(), slice.to()));
    }

    private Reader reader(Slice slice) {
        return serializer.reader(slice.bytes(), slice.from(), slice.to());
    }

    /** The arguments by position, as plain objects. */
    List<?> list() {
        Object tree = list == null ? null : Values.read(reader(list));
        return tree instanceof List<?> items ? items : List.of();
    }

    /** The arguments by name, as plain objects. */
    Map<?, ?> map() {
        Object tree = map == null ? null : Values.read(reader(map));
        return tree instanceof Map<?, ?> named ? named : Map.of();
    }

    /** The arguments by position as bytes in some format. */
    Object encodedList(Serializer wanted) {
        Slice same = in(wanted).list;
        return same == null ? List.of() : same;
    }

    /** The arguments by name as bytes in some format. */
    Object encodedMap(Serializer wanted) {
        Slice same = in(wanted).map;
        return same == null ? Map.of() : same;
    }

    /** Two of the arguments by position, a list and a map or null, as arguments; a copy, since they may be kept for long. */
    Arguments nested(int listAt, int mapAt) {
        return new Arguments(serializer, item(listAt, Reader.Token.LIST), item(mapAt, Reader.Token.MAP));
    }

    private @Nullable Slice item(int at, Reader.Token kind) {
        Reader in = reader(Objects.requireNonNull(list));
        in.next();
        Slice item = in.sliceOrEnd();
        for (int i = 0; i < at && item != null; i++) {
            item = in.sliceOrEnd();
        }
        return item != null && reader(item).next() == kind
                ? Slice.of(Arrays.copyOfRange(item.bytes(), item.from(), item.to()))
                : null;
    }

    /** The arguments by position, as JSON. */
    List<JsonElement> jsonList() {
        Slice json = in(JsonSerializer.JSON).list;
        return json == null ? List.of() : ((JsonArray) parse(json)).asList();
    }

    /** The arguments by name, as JSON. */
    JsonObject jsonMap() {
        Slice json = in(JsonSerializer.JSON).map;
        return json == null ? new JsonObject() : (JsonObject) parse(json);
    }

    private static JsonElement parse(Slice json) {
        return JsonParser.parseString(new String(json.bytes(), json.from(), json.size(), StandardCharsets.UTF_8));
    }

    /** The one value that they are for WAMP v1, as JSON text. */
    byte[] one() {
        Arguments json = in(JsonSerializer.JSON);
        Slice named = json.map == null || isEmpty(json.map) ? null : json.map;
        Slice items = json.list == null || isEmpty(json.list) ? null : json.list;
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

    private static void write(ByteArrayOutputStream out, Slice slice) {
        out.write(slice.bytes(), slice.from(), slice.size());
    }

    private static boolean isEmpty(Slice json) {
        Reader in = JsonSerializer.JSON.reader(json.bytes(), json.from(), json.to());
        in.next();
        return in.next() == Reader.Token.END;
    }

    /** The item of a list that has one, or the list. */
    private static Slice single(Slice json) {
        Reader in = JsonSerializer.JSON.reader(json.bytes(), json.from(), json.to());
        in.next();
        Slice item = in.sliceOrEnd();
        return item != null && in.next() == Reader.Token.END ? item : json;
    }

    @Override
    public String toString() {
        return serializer.name() + " of " + size() + " bytes";
    }
}
