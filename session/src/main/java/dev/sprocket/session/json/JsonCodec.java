package dev.sprocket.session.json;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionFormatException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Codec for sessions stored as one JSON object in UTF-8 (RFC 8259).
 *
 * <p>A number without fraction and exponent is a {@link Long}; any other number, and one beyond 64 bits, is the
 * nearest {@link Double}. A number beyond the range of {@code double} is an error. So is a duplicate name, since
 * other readers may use the other value. Objects, bytes, NaN and infinities cannot be encoded.
 */
@ThreadSafe
public final class JsonCodec implements SessionCodec.Writable {
    /** Creates a codec. */
    public JsonCodec() {}

    /**
     * Returns a codec for attributes that Spring Session serializes to JSON.
     *
     * <p>This is the format of {@code GenericJackson2JsonRedisSerializer} and its successor: an object has its class
     * in {@code @class}; any other value with a class is an array of class and value. No class is ever loaded.
     */
    public static SessionCodec spring() {
        return new SpringJsonCodec();
    }

    private static String text(byte[] stored) throws SessionFormatException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(stored))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new SessionFormatException("not UTF-8 (expected: JSON)");
        }
    }

    @Override
    public Map<String, @Nullable Object> decode(byte[] stored) throws SessionFormatException {
        JsonReader in = new JsonReader(new StringReader(text(stored)));
        in.setStrictness(Strictness.STRICT);
        try {
            if (in.peek() != JsonToken.BEGIN_OBJECT) {
                throw new SessionFormatException("not a JSON object (expected: a JSON object)");
            }
            Map<String, @Nullable Object> all = new Decoder(in).object(0);
            if (in.peek() != JsonToken.END_DOCUMENT) {
                throw new SessionFormatException("data after the JSON object (expected: the end)");
            }
            return all;
        } catch (MalformedJsonException | EOFException | NumberFormatException | IllegalStateException e) {
            // their messages may contain values of the session
            throw new SessionFormatException("malformed (expected: JSON, RFC 8259)");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Decoder {
        private final JsonReader in;
        private int values;

        Decoder(JsonReader in) {
            this.in = in;
        }

        private @Nullable Object value(int depth) throws IOException, SessionFormatException {
            if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
                throw limitExceeded();
            }
            switch (in.peek()) {
                case NULL:
                    in.nextNull();
                    return null;
                case BOOLEAN:
                    return in.nextBoolean();
                case NUMBER:
                    return number(in.nextString());
                case STRING:
                    return checkText(in.nextString());
                case BEGIN_ARRAY:
                    List<@Nullable Object> list = new ArrayList<>();
                    in.beginArray();
                    while (in.hasNext()) {
                        list.add(value(depth + 1));
                    }
                    in.endArray();
                    return Collections.unmodifiableList(list);
                case BEGIN_OBJECT:
                    return object(depth);
                default:
                    throw new MalformedJsonException("");
            }
        }

        Map<String, @Nullable Object> object(int depth) throws IOException, SessionFormatException {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            in.beginObject();
            while (in.hasNext()) {
                String name = checkText(in.nextName());
                if (map.containsKey(name)) {
                    throw new SessionFormatException("duplicate name in an object (expected: unique names)");
                }
                map.put(name, value(depth + 1));
            }
            in.endObject();
            return Collections.unmodifiableMap(map);
        }
    }

    private static Object number(String literal) throws SessionFormatException {
        boolean whole = literal.chars().noneMatch(c -> c == '.' || c == 'e' || c == 'E');
        // a long has no negative zero
        if (whole && literal.length() <= 20 && !literal.equals("-0")) {
            try {
                return Long.parseLong(literal);
            } catch (NumberFormatException e) {
                return Double.parseDouble(literal);
            }
        }
        double number = Double.parseDouble(literal);
        if (Double.isInfinite(number)) {
            throw new SessionFormatException("number out of range (expected: 64 bits)");
        }
        return number;
    }

    private static String checkText(String text) throws SessionFormatException {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new SessionFormatException("unpaired surrogate in a string (expected: complete characters)");
        }
        return text;
    }

    private static SessionFormatException limitExceeded() {
        return new SessionFormatException("too many values, or nested too deeply (expected: <= " + MAX_VALUES
                + " values, <= " + MAX_DEPTH + " levels)");
    }

    @Override
    public byte[] encode(Map<String, @Nullable Object> attributes) throws SessionFormatException {
        StringWriter text = new StringWriter();
        JsonWriter out = new JsonWriter(text);
        out.setStrictness(Strictness.STRICT);
        out.setHtmlSafe(false);
        try {
            new Encoder(out).object(attributes, 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static final class Encoder {
        private final JsonWriter out;
        private int values;

        Encoder(JsonWriter out) {
            this.out = out;
        }

        void object(Map<?, ?> map, int depth) throws IOException, SessionFormatException {
            out.beginObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.name(checkText(String.valueOf(entry.getKey())));
                value(entry.getValue(), depth + 1);
            }
            out.endObject();
        }

        private void value(@Nullable Object value, int depth) throws IOException, SessionFormatException {
            if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
                throw limitExceeded();
            }
            if (value == null) {
                out.nullValue();
            } else if (value instanceof Boolean flag) {
                out.value(flag);
            } else if (value instanceof Double number && !number.isNaN() && !number.isInfinite()) {
                out.value(number);
            } else if (value instanceof Long || value instanceof Integer) {
                out.value((Number) value);
            } else if (value instanceof String text) {
                out.value(checkText(text));
            } else if (value instanceof List<?> list) {
                out.beginArray();
                for (Object element : list) {
                    value(element, depth + 1);
                }
                out.endArray();
            } else if (value instanceof Map<?, ?> map) {
                object(map, depth);
            } else {
                throw new SessionFormatException(
                        "value of type " + value.getClass().getName()
                                + " (expected: null, Boolean, Long, finite Double, String, List or Map)");
            }
        }
    }
}
