package dev.sprocket.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object as a stream of Java's serialization describes it; it was never made. Mutable while it is read, since it may refer
 * to itself.
 */
final class JavaObject {
    /** A class as a stream describes it; no class is ever looked up by its name. */
    record ClassDescription(String name, int flags, List<Field> fields, @Nullable ClassDescription parent) {}

    /** A field: the first letter of its type as a signature has it, {@code L} or {@code [} for what is an object. */
    record Field(char type, String name) {}

    /** The name of a constant, among the fields of one. */
    static final String CONSTANT_NAME = "name";

    final String type;
    final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    /** What its {@code writeObject} wrote besides the fields: {@link Block}s and values. */
    final List<@Nullable Object> annotations = new ArrayList<>();

    /** Bytes between values. */
    record Block(byte[] bytes) {}

    JavaObject(String type) {
        this.type = type;
    }
}
