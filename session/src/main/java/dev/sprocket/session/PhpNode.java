package dev.sprocket.session;

import dev.sprocket.session.spi.SessionObject;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A value that PHP has numbered: what it is once it is read, how many values are in it, how deep they go. */
final class PhpNode {
    /** The fields of an object where it is met again inside itself: none, but it is known which one it is. */
    static final class OuterFields extends AbstractMap<String, @Nullable Object> {
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
    private @Nullable OuterFields outerFields;
    private @Nullable Object value;
    private int valueCount;
    private int depth;

    /** One that has begun. */
    PhpNode(String type) {
        this.type = type;
    }

    /** One that is whole. */
    PhpNode(@Nullable Object value, int weight, int height) {
        this.type = "";
        this.value = value;
        this.valueCount = weight;
        this.depth = height;
    }

    /** It is read to its end. */
    PhpNode complete(Object all, PhpEntries entries) {
        value = all;
        valueCount = entries.valueCount();
        depth = entries.depth();
        if (outerFields != null && all instanceof SessionObject object) {
            outerFields.object = object;
        }
        return this;
    }

    /** What stands for it inside itself. */
    PhpNode backReference() {
        if (outerFields == null) {
            outerFields = new OuterFields();
        }
        return new PhpNode(new SessionObject(type, SessionObject.Kind.BACK_REFERENCE, outerFields), 1, 1);
    }

    boolean isIncomplete() {
        return valueCount == 0;
    }

    boolean isObject() {
        return isIncomplete() ? !type.equals("array") : value instanceof SessionObject;
    }

    String type() {
        return type;
    }

    @Nullable
    Object value() {
        return value;
    }

    int valueCount() {
        return valueCount;
    }

    int depth() {
        return depth;
    }
}
