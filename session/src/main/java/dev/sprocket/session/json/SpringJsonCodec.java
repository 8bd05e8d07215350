package dev.sprocket.session.json;

import com.google.errorprone.annotations.Immutable;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.sprocket.session.internal.store.AttributeBytes;
import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionObject;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Codec of {@link JsonCodec#spring}. */
@Immutable
final class SpringJsonCodec implements SessionCodec {
    private static final String CLASS = "@class";
    private static final Pattern CLASS_NAME = Pattern.compile("\\[*L?[A-Za-z_]\\w*(\\.[\\w$]+)+;?");
    private static final Pattern MAP = Pattern.compile("java\\.util\\.[\\w.$]*(Map|Hashtable|MapN|Map1)");

    @Override
    public Map<String, @Nullable Object> decode(byte[] stored) throws SessionFormatException {
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        int[] count = {0};
        for (Map.Entry<String, byte[]> attribute : AttributeBytes.split(stored).entrySet()) {
            String json = new String(attribute.getValue(), StandardCharsets.UTF_8);
            attributes.put(attribute.getKey(), json.isEmpty() ? null : read(json, count));
        }
        return Collections.unmodifiableMap(attributes);
    }

    private static @Nullable Object read(String json, int[] count) throws SessionFormatException {
        JsonReader reader = new JsonReader(new StringReader(json));
        reader.setStrictness(Strictness.STRICT);
        try {
            Object value = value(reader, count, 1);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new SessionFormatException("data after the JSON (expected: the end)");
            }
            return value;
        } catch (IOException | NumberFormatException e) {
            // its message may contain values of the session
            throw new SessionFormatException(
                    e instanceof MalformedJsonException || e instanceof NumberFormatException
                            ? "not JSON"
                            : "truncated JSON");
        }
    }

    private static @Nullable Object value(JsonReader json, int[] count, int depth)
            throws IOException, SessionFormatException {
        if (++count[0] > MAX_VALUES || depth > MAX_DEPTH) {
            throw new SessionFormatException("too many values, or nested too deeply (expected: <= " + MAX_VALUES
                    + " values, <= " + MAX_DEPTH + " levels)");
        }
        switch (json.peek()) {
            case NULL -> {
                json.nextNull();
                return null;
            }
            case BOOLEAN -> {
                return json.nextBoolean();
            }
            case NUMBER -> {
                String number = json.nextString();
                return number.matches("-?\\d{1,18}") ? (Object) Long.valueOf(number) : (Object) Double.valueOf(number);
            }
            case STRING -> {
                return json.nextString();
            }
            case BEGIN_ARRAY -> {
                return array(json, count, depth);
            }
            case BEGIN_OBJECT -> {
                return object(json, count, depth);
            }
            default -> throw new SessionFormatException("not a JSON value");
        }
    }

    /** Reads an array: either a class name and a value, or a plain array. */
    private static @Nullable Object array(JsonReader json, int[] count, int depth)
            throws IOException, SessionFormatException {
        List<@Nullable Object> values = new ArrayList<>();
        json.beginArray();
        boolean nestedArray = false;
        while (json.hasNext()) {
            nestedArray = values.size() == 1 && isClass(values.get(0)) && json.peek() == JsonToken.BEGIN_ARRAY;
            values.add(nestedArray ? list(json, count, depth + 1) : value(json, count, depth + 1));
        }
        json.endArray();
        if (values.size() != 2 || !isClass(values.get(0))) {
            return Collections.unmodifiableList(values);
        }
        String type = String.valueOf(values.get(0));
        Object value = values.get(1);
        if (nestedArray || type.startsWith("java.lang.") || type.startsWith("java.math.")) {
            return value;
        }
        return type.startsWith("java.")
                ? new SessionObject(type, Collections.singletonMap("value", value))
                : Collections.unmodifiableList(values);
    }

    private static boolean isClass(@Nullable Object value) {
        return value instanceof String type && CLASS_NAME.matcher(type).matches();
    }

    private static List<@Nullable Object> list(JsonReader json, int[] count, int depth)
            throws IOException, SessionFormatException {
        List<@Nullable Object> values = new ArrayList<>();
        json.beginArray();
        while (json.hasNext()) {
            values.add(value(json, count, depth + 1));
        }
        json.endArray();
        return Collections.unmodifiableList(values);
    }

    private static Object object(JsonReader json, int[] count, int depth) throws IOException, SessionFormatException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        json.beginObject();
        while (json.hasNext()) {
            fields.put(json.nextName(), value(json, count, depth + 1));
        }
        json.endObject();
        Map<String, @Nullable Object> all = Collections.unmodifiableMap(fields);
        if (!(fields.get(CLASS) instanceof String type)) {
            return all;
        }
        fields.remove(CLASS);
        return MAP.matcher(type).matches() ? all : new SessionObject(type, all);
    }
}
