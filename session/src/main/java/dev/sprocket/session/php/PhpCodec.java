package dev.sprocket.session.php;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionFormatException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Codecs for PHP sessions, one per {@code session.serialize_handler}.
 *
 * <p>Zero bytes are an empty session.
 *
 * <p>A PHP array is a list if it is numbered 0, 1, 2…, otherwise a map, whose integer keys are decimal strings. An
 * object is a {@link dev.sprocket.session.spi.SessionObject}; a repeated reference is the same instance, and a
 * reference inside the object itself is an object without fields. A PHP reference ({@code &}) to any other value is
 * read as that value, and encoded as a copy. A byte of a name that is not UTF-8 becomes a character from U+DC80 to
 * U+DCFF. Integers beyond 64 bits are an error. Apart from references to other values, decoding and encoding returns
 * the same bytes.
 */
@ThreadSafe
public enum PhpCodec implements SessionCodec.Writable {
    /** {@code php}, the default of PHP: {@code name|value} for each attribute. */
    PHP {
        @Override
        void read(PhpInput in, Map<String, @Nullable Object> into) throws SessionFormatException {
            PhpReader values = new PhpReader(in);
            while (!in.isAtEnd()) {
                String name = PhpText.name(in.until('|'));
                // until PHP 7.0, "!name|" was a registered variable without a value
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

    /** {@code php_binary}: the length of the name in one byte, name and value. */
    PHP_BINARY {
        @Override
        void read(PhpInput in, Map<String, @Nullable Object> into) throws SessionFormatException {
            PhpReader values = new PhpReader(in);
            while (!in.isAtEnd()) {
                int length = in.next();
                String name = PhpText.name(in.take(length & MAX_NAME_LENGTH));
                // until PHP 7.0, the highest bit marked a registered variable without a value
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

    /** {@code php_serialize}: one array of all attributes. */
    PHP_SERIALIZE {
        @Override
        void read(PhpInput in, Map<String, @Nullable Object> into) throws SessionFormatException {
            if (!in.isAtEnd()) {
                into.putAll(new PhpReader(in).readAll());
                if (!in.isAtEnd()) {
                    throw in.error("data after the array", "the end");
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

    /** Encoder of the bytes before a value. */
    @FunctionalInterface
    private interface Prefix {
        byte[] of(byte[] name) throws SessionFormatException;
    }

    private static void writeEach(Map<String, @Nullable Object> attributes, ByteArrayOutputStream out, Prefix prefix)
            throws SessionFormatException {
        PhpWriter values = new PhpWriter(out);
        for (Map.Entry<String, @Nullable Object> entry : attributes.entrySet()) {
            if (PhpWriter.isInteger(entry.getKey())) {
                throw new SessionFormatException("numeric attribute name (expected: php_serialize, or another name)");
            }
            out.writeBytes(prefix.of(PhpText.nameBytes(entry.getKey())));
            values.write(entry.getValue());
        }
    }

    private static byte[] delimited(byte[] name) throws SessionFormatException {
        byte[] prefix = Arrays.copyOf(name, name.length + 1);
        prefix[name.length] = '|';
        for (int i = 0; i < name.length; i++) {
            if (name[i] == '|') {
                throw new SessionFormatException("attribute name with | (expected: another name or another format)");
            }
        }
        return prefix;
    }

    private static byte[] lengthPrefixed(byte[] name) throws SessionFormatException {
        if (name.length > MAX_NAME_LENGTH) {
            throw new SessionFormatException(
                    "attribute name of " + name.length + " bytes (expected: <= " + MAX_NAME_LENGTH + ")");
        }
        byte[] prefix = new byte[name.length + 1];
        prefix[0] = (byte) name.length;
        System.arraycopy(name, 0, prefix, 1, name.length);
        return prefix;
    }
}
