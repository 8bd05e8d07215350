package dev.sprocket.session.spi;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Object of the site's language, represented as data; no class is instantiated.
 *
 * <p>Two references to the same instance of this record stand for one object of the site and are encoded as such.
 *
 * @param type class name, as the site writes it
 * @param kind meaning of the fields
 * @param fields values by stored name; {@link #field} also finds PHP's private and protected fields, whose stored
 *     names have a prefix
 */
@ThreadSafe
public record SessionObject(String type, Kind kind, Map<String, @Nullable Object> fields) {
    /** Kind of an object, which determines the meaning of its fields. */
    public enum Kind {
        /** The fields of the object. */
        FIELDS,
        /** Enum constant; {@code name} is its name. */
        ENUM_CONSTANT,
        /** Object with its own serialization; {@code data} is the output, a {@link String} or {@code byte[]}. */
        CUSTOM,
        /** Reference to an enclosing object, without fields, so that values form no cycle. */
        BACK_REFERENCE
    }

    /** Creates an object with fields. */
    public SessionObject(String type, Map<String, @Nullable Object> fields) {
        this(type, Kind.FIELDS, fields);
    }

    /**
     * Returns the value of a field; null if it is null or does not exist.
     *
     * <p>PHP stores the name of a protected field as {@code "\0*\0name"}, that of a private field as {@code
     * "\0Class\0name"}. The order of precedence is: public field, protected field, private field of the object's
     * class, first private field of a superclass.
     */
    public @Nullable Object field(String name) {
        for (String stored : new String[] {name, "\0*\0" + name, "\0" + type + "\0" + name}) {
            if (fields.containsKey(stored)) {
                return fields.get(stored);
            }
        }
        return fields.entrySet().stream()
                .filter(field ->
                        field.getKey().startsWith("\0") && field.getKey().endsWith("\0" + name))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse(null);
    }
}
