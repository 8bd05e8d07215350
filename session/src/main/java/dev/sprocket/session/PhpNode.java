package dev.sprocket.session;

import dev.sprocket.session.spi.SessionObject;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A value that PHP has numbered: what it is once it is read, how many values are in it, how deep they go. */
final class PhpNode {
    /** The fields of an object where it is met again inside itself: none, but it is known which one it is. */
    static final class Outer extends AbstractMap<String, @Nullable Object> {
        private @Nullable SessionObject object;

        @Nullable
        SessionObject object() {
            return object;
        }

        @Override
        public Set<Map.Entry<String, @Nullable Object>> entrySet() {
            return Set.of();
        }
    }

    private final String type;
    private @Nullable Outer outer;
    private @Nullable Object value;
    private int weight;
    private int height;

    /** One that has begun. */
    PhpNode(String type) {
        this.type = type;
    }

    /** One that is whole. */
    PhpNode(@Nullable Object value, int weight, int height) {
        this.type = "";
        this.value = value;
        this.weight = weight;
        this.height = height;
    }

    /** It is read to its end. */
    PhpNode close(Object all, PhpEntries entries) {
        value = all;
        weight = entries.weight();
        height = entries.height();
        if (outer != null && all instanceof SessionObject object) {
            outer.object = object;
        }
        return this;
    }

    /** What stands for it inside itself. */
    PhpNode outer() {
        if (outer == null) {
            outer = new Outer();
        }
        return new PhpNode(new SessionObject(type, SessionObject.Form.OUTER, outer), 1, 1);
    }

    boolean isOpen() {
        return weight == 0;
    }

    boolean isObject() {
        return isOpen() ? !type.equals("array") : value instanceof SessionObject;
    }

    String type() {
        return type;
    }

    @Nullable
    Object value() {
        return value;
    }

    int weight() {
        return weight;
    }

    int height() {
        return height;
    }
}
