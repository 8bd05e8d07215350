package dev.sprocket.session.php;

import dev.sprocket.session.spi.SessionObject;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** PHP value that references ({@code R:n}, {@code r:n}) in the same stream may point to. */
final class PhpNode {
    /** Placeholder for the fields of an enclosing object that is not complete yet. */
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

    /** Creates an incomplete value. */
    PhpNode(String type) {
        this.type = type;
    }

    /** Creates a complete value. */
    PhpNode(@Nullable Object value, int valueCount, int depth) {
        this.type = "";
        this.value = value;
        this.valueCount = valueCount;
        this.depth = depth;
    }

    /** Completes the value. */
    PhpNode complete(Object value, PhpEntries entries) {
        this.value = value;
        valueCount = entries.valueCount();
        depth = entries.depth();
        if (outerFields != null && value instanceof SessionObject object) {
            outerFields.object = object;
        }
        return this;
    }

    /** Returns the placeholder for a reference inside the value itself. */
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
