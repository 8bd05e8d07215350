package dev.sprocket.session.php;

import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Serializes values as PHP does, with the numbering of {@link PhpReader}. */
final class PhpWriter {
    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,18}");

    private final ByteArrayOutputStream out;
    private final Map<SessionObject, Integer> numbers = new IdentityHashMap<>();
    private int numbered;
    private int lastCertain = Integer.MAX_VALUE;

    PhpWriter(ByteArrayOutputStream out) {
        this.out = out;
    }

    /** Writes the next value of a session. */
    void write(@Nullable Object value) throws SessionFormatException {
        value(value, 1);
    }

    /** Writes an array whose entries are the attributes of a session. */
    void writeAll(Map<String, @Nullable Object> attributes) throws SessionFormatException {
        numbered++;
        text("a:" + attributes.size() + ":{");
        for (Map.Entry<String, @Nullable Object> entry : attributes.entrySet()) {
            key(entry.getKey(), true);
            value(entry.getValue(), 1);
        }
        text("}");
    }

    private void value(@Nullable Object value, int depth) throws SessionFormatException {
        if (depth > SessionCodec.MAX_DEPTH) {
            throw new SessionFormatException(
                    "values nested too deeply (expected: <= " + SessionCodec.MAX_DEPTH + " levels)");
        }
        if (++numbered > SessionCodec.MAX_VALUES) {
            throw new SessionFormatException("too many values (expected: <= " + SessionCodec.MAX_VALUES + ")");
        }
        if (value == null) {
            text("N;");
        } else if (value instanceof Boolean flag) {
            text(flag ? "b:1;" : "b:0;");
        } else if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte) {
            text("i:" + value + ";");
        } else if (value instanceof Double || value instanceof Float) {
            text("d:" + PhpFloat.text(((Number) value).doubleValue()) + ";");
        } else if (value instanceof String string) {
            string("s:", PhpText.bytes(string), ";");
        } else if (value instanceof byte[] bytes) {
            string("s:", bytes, ";");
        } else if (value instanceof List<?> list) {
            text("a:" + list.size() + ":{");
            int index = 0;
            for (Object element : list) {
                text("i:" + index++ + ";");
                value(element, depth + 1);
            }
            text("}");
        } else if (value instanceof Map<?, ?> map) {
            text("a:" + map.size() + ":{");
            entries(map, true, depth);
        } else if (value instanceof SessionObject object) {
            object(object, depth);
        } else {
            throw new SessionFormatException("value of type " + value.getClass().getName()
                    + " (expected: null, Boolean, Long, Double, String, byte[], List, Map or SessionObject)");
        }
    }

    private void object(SessionObject object, int depth) throws SessionFormatException {
        SessionObject target = object.fields() instanceof PhpNode.OuterFields outer ? outer.object() : object;
        Integer number = target == null ? null : numbers.putIfAbsent(target, numbered);
        if (number != null && number > lastCertain) {
            throw new SessionFormatException(
                    "repeated object after an object with custom serialization (expected: before it)");
        }
        if (number != null) {
            text("r:" + number + ";");
            return;
        }
        byte[] type = PhpText.nameBytes(object.type());
        switch (object.kind()) {
            case FIELDS:
                string("O:", type, ":");
                text(object.fields().size() + ":{");
                // numeric fields of other classes come from __serialize()
                entries(object.fields(), !object.type().equals("stdClass"), depth);
                return;
            case ENUM_CONSTANT:
                string(
                        "E:",
                        PhpText.nameBytes(object.type() + ":" + object.fields().get("name")),
                        ";");
                return;
            case CUSTOM:
                byte[] data = object.fields().get("data") instanceof byte[] bytes
                        ? bytes
                        : PhpText.bytes(String.valueOf(object.fields().get("data")));
                string("C:", type, ":");
                text(data.length + ":{");
                out.writeBytes(data);
                text("}");
                lastCertain = Math.min(lastCertain, numbered);
                return;
            case BACK_REFERENCE:
                throw new SessionFormatException("reference to an enclosing value (expected: an unchanged object)");
        }
    }

    private void entries(Map<?, ?> entries, boolean numeric, int depth) throws SessionFormatException {
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            key(String.valueOf(entry.getKey()), numeric);
            value(entry.getValue(), depth + 1);
        }
        text("}");
    }

    private void key(String name, boolean numeric) throws SessionFormatException {
        if (numeric && isInteger(name)) {
            text("i:" + name + ";");
        } else {
            string("s:", PhpText.nameBytes(name), ";");
        }
    }

    /** Reports whether PHP converts a key to an integer. */
    static boolean isInteger(String key) {
        if (!INTEGER.matcher(key).matches()) {
            return false;
        }
        try {
            return Long.toString(Long.parseLong(key)).equals(key);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private void string(String before, byte[] string, String after) {
        text(before + string.length + ":\"");
        out.writeBytes(string);
        text("\"" + after);
    }

    private void text(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
