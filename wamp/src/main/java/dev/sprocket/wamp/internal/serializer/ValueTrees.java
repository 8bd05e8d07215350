package dev.sprocket.wamp.internal.serializer;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.internal.text.Surrogates;
import dev.sprocket.wamp.spi.SerializationException;
import dev.sprocket.wamp.spi.Serializer;
import dev.sprocket.wamp.spi.Serializer.Reader.Token;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Conversion of values to and from trees of plain objects, and between serializations. */
@ThreadSafe
public final class ValueTrees {
    private ValueTrees() {}

    /** Reads a value as maps, lists, strings, numbers, booleans, byte arrays and nulls. */
    public static @Nullable Object read(Serializer.Reader in) {
        return read(in, in.next());
    }

    /**
     * Reads the dictionary of a message after its first token.
     *
     * <p>Throws {@link SerializationException} if a name occurs twice, since readers might use either value.
     */
    public static Map<String, @Nullable Object> readDict(Serializer.Reader in) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (Token key = in.next(); key != Token.END; key = in.next()) {
            String name = name(in, key);
            Token value = in.next();
            if (map.containsKey(name)) {
                throw new SerializationException("two entries " + SafeText.excerpt(name) + " (expected: one)");
            }
            map.put(name, value == Token.MAP ? readDict(in) : read(in, value));
        }
        return map;
    }

    /** Reads a value after its first token. */
    static @Nullable Object read(Serializer.Reader in, Token token) {
        return switch (token) {
            case NULL -> null;
            case TRUE -> true;
            case FALSE -> false;
            case NUMBER -> in.number();
            case TEXT -> in.text();
            case BINARY -> in.binary();
            case LIST -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (Token item = in.next(); item != Token.END; item = in.next()) {
                    list.add(read(in, item));
                }
                yield list;
            }
            case MAP -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                for (Token key = in.next(); key != Token.END; key = in.next()) {
                    map.put(name(in, key), read(in, in.next()));
                }
                yield map;
            }
            case END -> throw new SerializationException("end of a list or map (expected: a value)");
        };
    }

    private static String name(Serializer.Reader in, Token key) {
        return switch (key) {
            case TEXT -> in.text();
            case NUMBER -> JsonReader.numberText(in.number());
            case TRUE -> "true";
            case FALSE -> "false";
            case NULL -> "null";
            default -> throw new SerializationException("map key of type " + key + " (expected: text)");
        };
    }

    /**
     * Writes a tree.
     *
     * <p>A {@link Serializer.Slice} in it is already encoded in the writer's format. A time is written as text with
     * milliseconds.
     */
    public static void write(Serializer.Writer out, @Nullable Object value) {
        if (value == null) {
            out.nullValue();
        } else if (value instanceof String text) {
            out.text(Surrogates.replaceUnpaired(text));
        } else if (value instanceof Number number) {
            out.number(number);
        } else if (value instanceof Boolean bool) {
            out.bool(bool);
        } else if (value instanceof Instant time) {
            out.text(time.truncatedTo(ChronoUnit.MILLIS).toString());
        } else if (value instanceof Serializer.Slice encoded) {
            out.raw(encoded);
        } else if (value instanceof byte[] bytes) {
            out.binary(bytes);
        } else if (value instanceof Iterable<?> items) {
            List<@Nullable Object> list = new ArrayList<>();
            items.forEach(list::add);
            out.list(list.size());
            list.forEach(item -> write(out, item));
            out.end();
        } else if (value instanceof Map<?, ?> map) {
            out.map(map.size());
            map.forEach((key, item) -> {
                out.text(Surrogates.replaceUnpaired(String.valueOf(key)));
                write(out, item);
            });
            out.end();
        } else {
            throw new IllegalArgumentException(
                    value.getClass().getName() + " (expected: map, list, text, number, boolean, bytes or null)");
        }
    }

    /** Encodes a value in another serialization. */
    public static Serializer.Slice transcode(Serializer.Slice value, Serializer from, Serializer to) {
        Serializer.Writer out = to.writer();
        Serializer.Reader in = from.reader(value.bytes(), value.from(), value.to());
        copy(in, in.next(), out);
        return Serializer.Slice.of(out.bytes());
    }

    private static void copy(Serializer.Reader in, Token token, Serializer.Writer out) {
        switch (token) {
            case NULL -> out.nullValue();
            case TRUE -> out.bool(true);
            case FALSE -> out.bool(false);
            case NUMBER -> out.number(in.number());
            case TEXT -> out.text(Surrogates.replaceUnpaired(in.text()));
            case BINARY -> out.binary(in.binary());
            case LIST -> {
                out.list(in.count());
                for (Token item = in.next(); item != Token.END; item = in.next()) {
                    copy(in, item, out);
                }
                out.end();
            }
            case MAP -> {
                out.map(in.count());
                for (Token key = in.next(); key != Token.END; key = in.next()) {
                    out.text(name(in, key));
                    copy(in, in.next(), out);
                }
                out.end();
            }
            case END -> throw new SerializationException("end of a list or map (expected: a value)");
        }
    }
}
