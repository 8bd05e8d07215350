package dev.sprocket.session;

import dev.sprocket.session.spi.SessionObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds a way into values of a session. */
final class AttributePath {
    private AttributePath() {}

    /** What a map, an object or a list has by this name; null if nothing. */
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
