package dev.sprocket.session.spring;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spring.JavaObject.Block;
import dev.sprocket.session.spring.JavaObject.ClassDescription;
import dev.sprocket.session.spring.JavaObject.Field;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one object of a Java serialization stream without instantiating any class.
 *
 * <p>See the Java Object Serialization Specification, chapter 6. The result consists of strings, {@link Long}s,
 * {@link Double}s, {@link Boolean}s, {@code byte[]}, lists for arrays, and {@link JavaObject}s. Class names remain
 * strings.
 */
final class JavaStream {
    /** Maximum depth of the stream; objects wrap values, and classes have superclasses. */
    private static final int MAX_DEPTH = 4 * SessionCodec.MAX_DEPTH;

    private static final int MAGIC = 0xACED0005;
    private static final int FIRST_HANDLE = 0x7E0000;

    private static final int NULL = 0x70;
    private static final int REFERENCE = 0x71;
    private static final int CLASS_DESCRIPTION = 0x72;
    private static final int OBJECT = 0x73;
    private static final int STRING = 0x74;
    private static final int ARRAY = 0x75;
    private static final int CLASS = 0x76;
    private static final int BLOCK = 0x77;
    private static final int END_BLOCK = 0x78;
    private static final int LONG_BLOCK = 0x7A;
    private static final int LONG_STRING = 0x7C;
    private static final int PROXY_DESCRIPTION = 0x7D;
    private static final int ENUM = 0x7E;

    private static final int HAS_WRITE_METHOD = 0x01;
    private static final int SERIALIZABLE = 0x02;
    private static final int EXTERNALIZABLE = 0x04;
    private static final int BLOCK_DATA = 0x08;

    private final ByteBuffer in;
    private final List<Object> handles = new ArrayList<>();
    private int depth;

    private JavaStream(byte[] stream) {
        this.in = ByteBuffer.wrap(stream);
    }

    static @Nullable Object read(byte[] stream) throws SessionFormatException {
        JavaStream reader = new JavaStream(stream);
        try {
            if (reader.in.getInt() != MAGIC) {
                throw new SessionFormatException("not a serialized Java object (expected: aced0005 at the start)");
            }
            Object value = reader.value(reader.tag());
            if (reader.in.hasRemaining()) {
                throw reader.error("data after the object (expected: the end)");
            }
            return value;
        } catch (BufferUnderflowException e) {
            throw new SessionFormatException("Java object truncated after " + stream.length + " bytes");
        }
    }

    private SessionFormatException error(String message) {
        return new SessionFormatException(message + ", at byte " + in.position());
    }

    private int tag() {
        return in.get() & 0xFF;
    }

    private void enter() throws SessionFormatException {
        if (++depth > MAX_DEPTH) {
            throw error("nested deeper than " + MAX_DEPTH + " levels");
        }
    }

    @CanIgnoreReturnValue
    private @Nullable Object value(int tag) throws SessionFormatException {
        enter();
        Object value =
                switch (tag) {
                    case NULL -> null;
                    case REFERENCE -> reference(Object.class);
                    case STRING -> string(in.getShort() & 0xFFFF);
                    case LONG_STRING -> string(in.getLong());
                    case OBJECT -> object();
                    case ARRAY -> array();
                    case ENUM -> constant();
                    case CLASS -> classObject();
                    default -> throw error("0x" + Integer.toHexString(tag) + " (expected: a value)");
                };
        depth--;
        return value;
    }

    private <T> T reference(Class<T> type) throws SessionFormatException {
        int handle = in.getInt() - FIRST_HANDLE;
        if (handle < 0 || handle >= handles.size() || !type.isInstance(handles.get(handle))) {
            throw error("invalid reference (expected: one of " + handles.size() + " previous objects)");
        }
        return type.cast(handles.get(handle));
    }

    private String string(long length) throws SessionFormatException {
        String text = ModifiedUtf8.read(in, length);
        handles.add(text);
        return text;
    }

    private @Nullable ClassDescription description(int tag) throws SessionFormatException {
        enter();
        ClassDescription found =
                switch (tag) {
                    case NULL -> null;
                    case REFERENCE -> reference(ClassDescription.class);
                    case CLASS_DESCRIPTION -> classDescription();
                    case PROXY_DESCRIPTION -> proxyDescription();
                    default -> throw error("0x" + Integer.toHexString(tag) + " (expected: a class description)");
                };
        depth--;
        return found;
    }

    private ClassDescription requireDescription() throws SessionFormatException {
        ClassDescription found = description(tag());
        if (found == null) {
            throw error("no class description (expected: the class of the object)");
        }
        return found;
    }

    private ClassDescription classDescription() throws SessionFormatException {
        String name = ModifiedUtf8.read(in, in.getShort() & 0xFFFF);
        in.getLong(); // serialVersionUID
        int handle = handles.size();
        handles.add(name); // placeholder; not referable until it is complete
        int flags = tag();
        int count = in.getShort() & 0xFFFF;
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            char type = (char) tag();
            fields.add(new Field(type, ModifiedUtf8.read(in, in.getShort() & 0xFFFF)));
            if (type == 'L' || type == '[') {
                value(tag()); // type signature
            }
        }
        annotations(new ArrayList<>());
        ClassDescription complete = new ClassDescription(name, flags, List.copyOf(fields), description(tag()));
        if (lineage(complete).size() > SessionCodec.MAX_DEPTH) {
            throw error("more than " + SessionCodec.MAX_DEPTH + " superclasses");
        }
        handles.set(handle, complete);
        return complete;
    }

    private ClassDescription proxyDescription() throws SessionFormatException {
        int handle = handles.size();
        handles.add("");
        for (int count = in.getInt(); count > 0; count--) {
            ModifiedUtf8.read(in, in.getShort() & 0xFFFF);
        }
        annotations(new ArrayList<>());
        ClassDescription complete = new ClassDescription("a proxy", SERIALIZABLE, List.of(), description(tag()));
        handles.set(handle, complete);
        return complete;
    }

    /** Returns the class hierarchy, outermost superclass first, the order in the stream. */
    private static List<ClassDescription> lineage(ClassDescription description) {
        List<ClassDescription> all = new ArrayList<>();
        for (ClassDescription each = description; each != null; each = each.parent()) {
            all.add(0, each);
        }
        return all;
    }

    private JavaObject object() throws SessionFormatException {
        ClassDescription description = requireDescription();
        JavaObject object = new JavaObject(description.name());
        handles.add(object);
        for (ClassDescription part : lineage(description)) {
            if ((part.flags() & SERIALIZABLE) != 0) {
                for (Field field : part.fields()) {
                    object.fields.put(field.name(), field(field.type()));
                }
                if ((part.flags() & HAS_WRITE_METHOD) != 0) {
                    annotations(object.annotations);
                }
            } else if ((part.flags() & EXTERNALIZABLE) != 0) {
                if ((part.flags() & BLOCK_DATA) == 0) {
                    throw error(
                            "externalizable object without block data (expected: the protocol of JDK 1.2 or later)");
                }
                annotations(object.annotations);
            }
        }
        return object;
    }

    private void annotations(List<@Nullable Object> to) throws SessionFormatException {
        for (int tag = tag(); tag != END_BLOCK; tag = tag()) {
            to.add(
                    switch (tag) {
                        case BLOCK -> block(tag());
                        case LONG_BLOCK -> block(in.getInt());
                        case CLASS_DESCRIPTION, PROXY_DESCRIPTION -> description(tag);
                        default -> value(tag);
                    });
        }
    }

    private Block block(int length) {
        byte[] bytes = new byte[ModifiedUtf8.checkLength(in, length)];
        in.get(bytes);
        return new Block(bytes);
    }

    private @Nullable Object field(char type) throws SessionFormatException {
        return switch (type) {
            case 'B' -> (long) in.get();
            case 'S' -> (long) in.getShort();
            case 'I' -> (long) in.getInt();
            case 'J' -> in.getLong();
            case 'F' -> (double) in.getFloat();
            case 'D' -> in.getDouble();
            case 'C' -> String.valueOf(in.getChar());
            case 'Z' -> in.get() != 0;
            case 'L', '[' -> value(tag());
            default -> throw error("field of type " + (int) type + " (expected: one of BCDFIJSZL[)");
        };
    }

    private Object array() throws SessionFormatException {
        String name = requireDescription().name();
        char type = name.length() > 1 ? name.charAt(1) : ' ';
        int handle = handles.size();
        List<@Nullable Object> all = new ArrayList<>();
        handles.add(all);
        int length = in.getInt();
        if (length < 0) {
            throw error("array of " + length + " (expected: >= 0)");
        }
        if (type == 'B') {
            byte[] bytes = block(length).bytes();
            handles.set(handle, bytes);
            return bytes;
        }
        // each element takes at least one byte, so a false length ends at the end of the stream
        for (int i = 0; i < length; i++) {
            all.add(field(type));
        }
        return all;
    }

    private JavaObject constant() throws SessionFormatException {
        JavaObject constant = new JavaObject(requireDescription().name());
        handles.add(constant);
        constant.fields.put(JavaObject.CONSTANT_NAME, value(tag()));
        return constant;
    }

    private JavaObject classObject() throws SessionFormatException {
        JavaObject object = new JavaObject("java.lang.Class");
        object.fields.put(JavaObject.CONSTANT_NAME, requireDescription().name());
        handles.add(object);
        return object;
    }
}
