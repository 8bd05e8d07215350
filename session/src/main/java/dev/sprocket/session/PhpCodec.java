package dev.sprocket.session;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.WritableCodec;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sessions as PHP writes them, by what {@code session.serialize_handler} says in a {@code php.ini}. No bytes at all are an
 * empty session.
 *
 * <p>What PHP calls an array is a list if it is numbered 0, 1, 2…, and else a map, whose integer keys are their digits. An
 * object is a {@link dev.sprocket.session.spi.SessionObject}; met again, it is the same instance, and inside itself one
 * without fields. A PHP reference ({@code &}) to anything else is what it refers to, and is written as a copy of it. A byte of
 * a name that is no UTF-8 is a character from U+DC80 to U+DCFF. Integers beyond 64 bits are an error. What was read is written
 * as the same bytes, but for such references.
 */
@ThreadSafe
public enum PhpCodec implements WritableCodec {
    /** {@code name|value} for each; PHP's default. */
    PHP {
        @Override
        void read(PhpInput in, Map<String, @Nullable Object> into) throws SessionFormatException {
            PhpReader values = new PhpReader(in);
            while (!in.isAtEnd()) {
                String name = PhpText.name(in.until('|'));
                // until PHP 7.0, "!name|" was a variable that was registered and never set
                if (!name.startsWith("!") || in.isAtValue()) {
                    into.put(name, values.read());
                }
            }
        }

        @Override
        void write(Map<String, @Nullable Object> attributes, ByteArrayOutputStream out) throws SessionFormatException {
            writeEach(attributes, out, PhpCodec::delimited);
        }
    },

    /** A byte that says how long a name is, the name, the value, for each. */
    PHP_BINARY {
        @Override
        void read(PhpInput in, Map<String, @Nullable Object> into) throws SessionFormatException {
            PhpReader values = new PhpReader(in);
            while (!in.isAtEnd()) {
                int length = in.next();
                String name = PhpText.name(in.take(length & MAX_NAME_LENGTH));
                // until PHP 7.0, the highest bit was for a variable that was registered and never set
                if (length <= MAX_NAME_LENGTH) {
                    into.put(name, values.read());
                }
            }
        }

        @Override
        void write(Map<String, @Nullable Object> attributes, ByteArrayOutputStream out) throws SessionFormatException {
            writeEach(attributes, out, PhpCodec::lengthPrefixed);
        }
    },

    /** One array of all. */
    PHP_SERIALIZE {
        @Override
        void read(PhpInput in, Map<String, @Nullable Object> into) throws SessionFormatException {
            if (!in.isAtEnd()) {
                into.putAll(new PhpReader(in).readAll());
                if (!in.isAtEnd()) {
                    throw in.error("more after the array", "the end");
                }
            }
        }

        @Override
        void write(Map<String, @Nullable Object> attributes, ByteArrayOutputStream out) throws SessionFormatException {
            new PhpWriter(out).writeAll(attributes);
        }
    };

    private static final int MAX_NAME_LENGTH = 127;

    @Override
    public Map<String, @Nullable Object> decode(byte[] stored) throws SessionFormatException {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        read(new PhpInput(stored), all);
        return Collections.unmodifiableMap(all);
    }

    @Override
    public byte[] encode(Map<String, @Nullable Object> attributes) throws SessionFormatException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(attributes, out);
        return out.toByteArray();
    }

    abstract void read(PhpInput in, Map<String, @Nullable Object> into) throws SessionFormatException;

    abstract void write(Map<String, @Nullable Object> attributes, ByteArrayOutputStream out)
            throws SessionFormatException;

    /** What stands before a value, made of its name. */
    @FunctionalInterface
    private interface Prefix {
        byte[] of(byte[] name) throws SessionFormatException;
    }

    private static void writeEach(Map<String, @Nullable Object> attributes, ByteArrayOutputStream out, Prefix head)
            throws SessionFormatException {
        PhpWriter values = new PhpWriter(out);
        for (Map.Entry<String, @Nullable Object> entry : attributes.entrySet()) {
            if (PhpWriter.isInteger(entry.getKey())) {
                throw new SessionFormatException("a name that is a number (expected: php_serialize, or another name)");
            }
            out.writeBytes(head.of(PhpText.nameBytes(entry.getKey())));
            values.write(entry.getValue());
        }
    }

    private static byte[] delimited(byte[] name) throws SessionFormatException {
        byte[] head = Arrays.copyOf(name, name.length + 1);
        head[name.length] = '|';
        for (int i = 0; i < name.length; i++) {
            if (name[i] == '|') {
                throw new SessionFormatException("a name with a | in it (expected: none, or another format)");
            }
        }
        return head;
    }

    private static byte[] lengthPrefixed(byte[] name) throws SessionFormatException {
        if (name.length > MAX_NAME_LENGTH) {
            throw new SessionFormatException(
                    "a name of " + name.length + " bytes (expected: <= " + MAX_NAME_LENGTH + ")");
        }
        byte[] head = new byte[name.length + 1];
        head[0] = (byte) name.length;
        System.arraycopy(name, 0, head, 1, name.length);
        return head;
    }
}
