package dev.sprocket.session.spi;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object in a session, as data: it was never made.
 *
 * <p>Two values of a session that are the same instance of this are one object on the site's side, and are written so.
 *
 * @param type its class, as the site calls it
 * @param form what its fields are
 * @param fields what it has, by the name that was written; {@link #field} finds PHP's private and protected ones too, whose
 *     names come with a mark
 */
@ThreadSafe
public record SessionObject(String type, Kind kind, Map<String, @Nullable Object> fields) {
    /** What the fields of an object are. */
    public enum Kind {
        /** Its fields. */
        FIELDS,
        /** It is a constant of an enum: {@code name} is what it is called there. */
        ENUM_CONSTANT,
        /** It writes itself down in a way of its own: {@code data} is that, a {@link String} or {@code byte[]}. */
        CUSTOM,
        /** It is one that this place is inside of, so that nothing goes round in a circle: it has none here. */
        BACK_REFERENCE
    }

    /** An object with fields. */
    public SessionObject(String type, Map<String, @Nullable Object> fields) {
        this(type, Kind.FIELDS, fields);
    }

    /**
     * The value of a field; null if there is none, too. PHP marks a protected field's name as {@code "\0*\0name"}, and a
     * private one's as {@code "\0Class\0name"}: a public one counts first, then a protected one, then that of its own class,
     * then the first of a class above.
     */
    public @Nullable Object field(String name) {
        for (String marked : new String[] {name, "\0*\0" + name, "\0" + type + "\0" + name}) {
            if (fields.containsKey(marked)) {
                return fields.get(marked);
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
