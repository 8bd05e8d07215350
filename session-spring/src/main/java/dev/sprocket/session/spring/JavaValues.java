package dev.sprocket.session.spring;

import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionObject;
import dev.sprocket.session.spring.JavaObject.Block;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Converts the result of {@link JavaStream} to values of a session.
 *
 * <p>A value is counted again at each reference to it, so that references cannot exceed {@link
 * SessionCodec#MAX_VALUES}.
 */
final class JavaValues {
    private static final Set<String> BOXED_TYPES = Set.of(
            "java.lang.Boolean",
            "java.lang.Byte",
            "java.lang.Character",
            "java.lang.Double",
            "java.lang.Float",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Short");
    /** Collections that serialize their elements one after another. */
    private static final Set<String> COLLECTIONS = Set.of(
            "java.util.ArrayDeque",
            "java.util.ArrayList",
            "java.util.HashSet",
            "java.util.LinkedHashSet",
            "java.util.LinkedList",
            "java.util.TreeSet",
            "java.util.concurrent.CopyOnWriteArrayList");
    /** Maps that serialize keys and values alternately. */
    private static final Set<String> MAPS = Set.of(
            "java.util.HashMap",
            "java.util.Hashtable",
            "java.util.LinkedHashMap",
            "java.util.TreeMap",
            "java.util.concurrent.ConcurrentHashMap");
    /** Field of the wrapped value, by wrapper class. */
    private static final Map<String, String> WRAPPER_FIELDS = Map.ofEntries(
            Map.entry("java.util.Arrays$ArrayList", "a"),
            Map.entry("java.util.Collections$SynchronizedCollection", "c"),
            Map.entry("java.util.Collections$SynchronizedList", "c"),
            Map.entry("java.util.Collections$SynchronizedMap", "m"),
            Map.entry("java.util.Collections$SynchronizedRandomAccessList", "c"),
            Map.entry("java.util.Collections$SynchronizedSet", "c"),
            Map.entry("java.util.Collections$UnmodifiableCollection", "c"),
            Map.entry("java.util.Collections$UnmodifiableList", "c"),
            Map.entry("java.util.Collections$UnmodifiableMap", "m"),
            Map.entry("java.util.Collections$UnmodifiableRandomAccessList", "c"),
            Map.entry("java.util.Collections$UnmodifiableSet", "c"));

    private final Set<String> allowed;
    private int count;
    private int depth;

    JavaValues(Set<String> allowed) {
        this.allowed = allowed;
    }

    @Nullable
    Object of(@Nullable Object read) throws SessionFormatException {
        if (++count > SessionCodec.MAX_VALUES) {
            throw new SessionFormatException("more than " + SessionCodec.MAX_VALUES + " values");
        }
        if (++depth > SessionCodec.MAX_DEPTH) {
            throw new SessionFormatException("values nested deeper than " + SessionCodec.MAX_DEPTH + " levels");
        }
        Object value;
        if (read instanceof JavaObject object) {
            value = of(object);
        } else if (read instanceof List<?> array) {
            value = list(array);
        } else if (read == null
                || read instanceof String
                || read instanceof Long
                || read instanceof Double
                || read instanceof Boolean
                || read instanceof byte[]) {
            value = read;
        } else {
            throw new SessionFormatException("reference to a class description (expected: a value)");
        }
        depth--;
        return value;
    }

    private @Nullable Object of(JavaObject object) throws SessionFormatException {
        String type = object.type;
        String wrapped = WRAPPER_FIELDS.get(type);
        if (wrapped != null) {
            return of(object.fields.get(wrapped));
        }
        if (BOXED_TYPES.contains(type)) {
            return object.fields.get("value");
        }
        if (COLLECTIONS.contains(type)) {
            return list(values(object));
        }
        if (MAPS.contains(type)) {
            return map(values(object), type);
        }
        return switch (type) {
            case "java.util.Collections$EmptyList", "java.util.Collections$EmptySet" -> List.of();
            case "java.util.Collections$EmptyMap" -> Map.of();
            case "java.util.Collections$SingletonList", "java.util.Collections$SingletonSet" ->
                list(Collections.singletonList(object.fields.get("element")));
            case "java.util.Collections$SingletonMap" -> singleton(object);
            case "java.util.CollSer" -> immutable(object);
            case "java.util.UUID" -> uuid(object);
            case "java.util.Date", "java.sql.Timestamp" ->
                new SessionObject(
                        type, Map.of("time", binaryData(object, Long.BYTES).getLong()));
            case "java.time.Ser" -> time(object);
            default -> sessionObject(type, fields(object));
        };
    }

    @SuppressWarnings("NullAway") // JDK 17 hides type annotations in the class files of another module
    private static SessionObject sessionObject(String type, Map<String, @Nullable Object> fields) {
        return new SessionObject(type, fields);
    }

    private static List<@Nullable Object> values(JavaObject object) {
        List<@Nullable Object> values = new ArrayList<>(object.annotations);
        values.removeIf(Block.class::isInstance);
        if (object.type.equals("java.util.TreeSet") && !values.isEmpty()) {
            values.remove(0); // the comparator
        } else if (object.type.equals("java.util.concurrent.ConcurrentHashMap") && values.size() >= 2) {
            values.subList(values.size() - 2, values.size()).clear(); // the terminating pair of nulls
        }
        return values;
    }

    private List<@Nullable Object> list(List<?> read) throws SessionFormatException {
        List<@Nullable Object> values = new ArrayList<>();
        for (Object each : read) {
            values.add(of(each));
        }
        return Collections.unmodifiableList(values);
    }

    /** Converts a map; one with complex keys becomes an object without fields. */
    private Object map(List<?> read, String type) throws SessionFormatException {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i + 1 < read.size(); i += 2) {
            Object key = of(read.get(i));
            if (!(key instanceof String || key instanceof Long || key instanceof Boolean)) {
                return new SessionObject(type, Map.of());
            }
            values.put(key.toString(), of(read.get(i + 1)));
        }
        return Collections.unmodifiableMap(values);
    }

    private Object singleton(JavaObject object) throws SessionFormatException {
        List<@Nullable Object> pair = new ArrayList<>();
        pair.add(object.fields.get("k"));
        pair.add(object.fields.get("v"));
        return map(pair, object.type);
    }

    /** Converts the result of {@code List.of}, {@code Set.of} or {@code Map.of}. */
    private Object immutable(JavaObject object) throws SessionFormatException {
        boolean map = object.fields.get("tag") instanceof Long tag && (tag & 0xFF) == 3;
        return map ? map(values(object), "java.util.Map") : list(values(object));
    }

    private static Object uuid(JavaObject object) throws SessionFormatException {
        if (object.fields.get("mostSigBits") instanceof Long high
                && object.fields.get("leastSigBits") instanceof Long low) {
            return new UUID(high, low).toString();
        }
        throw new SessionFormatException("java.util.UUID without bits");
    }

    /** Converts an {@code Instant}; other types keep their {@code java.time.Ser} type number only. */
    private static SessionObject time(JavaObject object) throws SessionFormatException {
        int kind = binaryData(object, 1).get();
        if (kind != 2) {
            return new SessionObject("java.time.Ser", Map.of("kind", (long) kind));
        }
        ByteBuffer numbers = binaryData(object, 1 + Long.BYTES + Integer.BYTES).position(1);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("seconds", numbers.getLong());
        fields.put("nanos", (long) numbers.getInt());
        return new SessionObject("java.time.Instant", Collections.unmodifiableMap(fields));
    }

    private static ByteBuffer binaryData(JavaObject object, int minLength) throws SessionFormatException {
        if (!object.annotations.isEmpty()
                && object.annotations.get(0) instanceof Block block
                && block.bytes().length >= minLength) {
            return ByteBuffer.wrap(block.bytes());
        }
        throw new SessionFormatException(
                object.type + " of another version (expected: its documented serialized form)");
    }

    private Map<String, @Nullable Object> fields(JavaObject object) throws SessionFormatException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        if (!allowed.contains(object.type)) {
            return fields;
        }
        for (Map.Entry<String, @Nullable Object> field : object.fields.entrySet()) {
            fields.put(field.getKey(), of(field.getValue()));
        }
        return Collections.unmodifiableMap(fields);
    }
}
