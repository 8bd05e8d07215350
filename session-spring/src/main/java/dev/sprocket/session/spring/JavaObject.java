package dev.sprocket.session.spring;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Object of a serialization stream, represented as data.
 *
 * <p>Mutable while it is read, since it may refer to itself.
 */
final class JavaObject {
    /** Class description of a stream; the class is never looked up. */
    record ClassDescription(String name, int flags, List<Field> fields, @Nullable ClassDescription parent) {}

    /**
     * Field of a class.
     *
     * @param type first character of the type signature; {@code L} or {@code [} for an object
     */
    record Field(char type, String name) {}

    /** Field name of an enum constant's name. */
    static final String CONSTANT_NAME = "name";

    final String type;
    final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    /** Output of {@code writeObject} besides the fields: {@link Block}s and values. */
    final List<@Nullable Object> annotations = new ArrayList<>();

    /** Block of binary data between values. */
    record Block(byte[] bytes) {}

    JavaObject(String type) {
        this.type = type;
    }
}
