package dev.sprocket.wamp.internal.message;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.internal.text.Surrogates;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.id.WampIds;
import dev.sprocket.wamp.internal.serializer.JsonWriter;
import dev.sprocket.wamp.internal.serializer.ValueTrees;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Type of an option or argument that clients send, with its conversion.
 *
 * @param expected name of the type, for error messages
 * @param converter conversion of a decoded value; returns null for a value of another type
 */
@ThreadSafe
public record OptionType<T>(String expected, Converter<T> converter) {
    /** Conversion of a decoded value. */
    interface Converter<T> {
        /** Converts a value; null for a value of another type. */
        @Nullable
        T convert(Object value);
    }

    public static final OptionType<Boolean> BOOL =
            new OptionType<>("true or false", value -> value instanceof Boolean bool ? bool : null);
    public static final OptionType<String> TEXT = new OptionType<>(
            "a string", value -> value instanceof String text && Surrogates.arePaired(text) ? text : null);
    public static final OptionType<Long> NUMBER = new OptionType<>("an integer of 0 or more", value -> {
        Long number = integer(value);
        return number == null || number < 0 ? null : number;
    });
    public static final OptionType<Long> ID = new OptionType<>("an id", OptionType::integer);
    public static final OptionType<List<?>> LIST =
            new OptionType<>("a list", value -> value instanceof List<?> list ? list : null);

    @SuppressWarnings("unchecked")
    public // keys of a dictionary are strings in every serialization
    static final OptionType<Map<String, ?>> DICT =
            new OptionType<>("a dictionary", value -> value instanceof Map<?, ?> dict ? (Map<String, ?>) dict : null);

    public static final OptionType<List<String>> TEXTS =
            new OptionType<>("a list of strings", value -> items(value, TEXT.converter));
    static final OptionType<List<Long>> IDS =
            new OptionType<>("a list of session ids", value -> items(value, OptionType::integer));

    private static final int MAX_EXCERPT = 60;

    /** Reads a value; null stays null. Throws {@link CallException} for another type. */
    @Nullable
    public T read(String name, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        T read = converter.convert(value);
        if (read == null) {
            throw CallException.invalidArgument(name + ": " + excerpt(value) + " (expected: " + expected + ")");
        }
        return read;
    }

    /** Reads a required value. Throws {@link CallException} if it is null or has another type. */
    public T require(String name, @Nullable Object value) {
        T read = read(name, value);
        if (read == null) {
            throw CallException.invalidArgument(name + ": none (expected: " + expected + ")");
        }
        return read;
    }

    /**
     * Converts an integer, also one in floating point.
     *
     * <p>Some clients write an integer of more than 32 bits, such as a session id, in floating point.
     */
    static @Nullable Long integer(Object value) {
        if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) <= WampIds.LARGEST) {
            return number.longValue();
        }
        return value instanceof Long number ? number : null;
    }

    private static <T> @Nullable List<T> items(Object value, Converter<T> converter) {
        if (!(value instanceof List<?> all)) {
            return null;
        }
        List<T> items = new ArrayList<>();
        for (Object item : all) {
            T read = item == null ? null : converter.convert(item);
            if (read == null) {
                return null;
            }
            items.add(read);
        }
        return items;
    }

    /** Returns the constant of a lower-case name. Throws {@link CallException} if there is none. */
    static <E extends Enum<E>> E enumValue(String name, String text, Class<E> type, String error) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> wireName(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> new CallException(
                        error,
                        name + ": " + excerpt(text) + " (expected: "
                                + Arrays.stream(type.getEnumConstants())
                                        .map(OptionType::wireName)
                                        .collect(Collectors.joining(", "))
                                + ")"));
    }

    /** Returns the lower-case name of a constant. */
    public static String wireName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Returns the value as JSON, truncated if it is long. */
    private static String excerpt(Object value) {
        if (value instanceof List<?> list && list.size() > MAX_EXCERPT) {
            return "a list of " + list.size();
        }
        if (value instanceof Map<?, ?> map && map.size() > MAX_EXCERPT) {
            return "a dictionary of " + map.size();
        }
        JsonWriter json = new JsonWriter();
        ValueTrees.write(json, value);
        String text = new String(json.bytes(), java.nio.charset.StandardCharsets.UTF_8);
        return SafeText.excerpt(text.length() <= MAX_EXCERPT ? text : text.substring(0, MAX_EXCERPT) + "…");
    }
}
