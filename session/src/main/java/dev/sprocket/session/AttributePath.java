package dev.sprocket.session;

import dev.sprocket.session.spi.SessionObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Resolves nested values of session attributes. */
final class AttributePath {
    private AttributePath() {}

    /** Returns the member of a map, object or list; null if there is none. */
    static @Nullable Object get(@Nullable Object value, String name) {
        if (value instanceof Map<?, ?> map) {
            return map.get(name);
        }
        if (value instanceof SessionObject object) {
            return object.field(name);
        }
        if (value instanceof List<?> list && name.matches("\\d{1,9}")) {
            int index = Integer.parseInt(name);
            return index < list.size() ? list.get(index) : null;
        }
        return null;
    }
}
