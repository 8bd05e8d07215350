package dev.sprocket.session.internal.store;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.spi.SessionFormatException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Joins separately stored attributes into one array for a codec.
 *
 * <p>Spring Session stores each attribute by itself, in a field of a Redis hash or a row of a table. The joined form
 * has, for each attribute, the length of its name in four bytes, the name in UTF-8, the length of its value in four
 * bytes, and the value. It is never stored.
 */
@ThreadSafe
public final class AttributeBytes {
    private AttributeBytes() {}

    /** Joins attributes, in order, into one array. */
    public static byte[] join(Map<String, byte[]> attributes) {
        Map<byte[], byte[]> encoded = new LinkedHashMap<>();
        attributes.forEach((name, value) -> encoded.put(name.getBytes(StandardCharsets.UTF_8), value));
        long length = encoded.entrySet().stream()
                .mapToLong(entry -> 8L + entry.getKey().length + entry.getValue().length)
                .sum();
        ByteBuffer joined = ByteBuffer.allocate(Math.toIntExact(length));
        encoded.forEach((name, value) ->
                joined.putInt(name.length).put(name).putInt(value.length).put(value));
        return joined.array();
    }

    /**
     * Splits a joined array into its attributes.
     *
     * @throws SessionFormatException if the array is truncated
     */
    public static Map<String, byte[]> split(byte[] joined) throws SessionFormatException {
        Map<String, byte[]> attributes = new LinkedHashMap<>();
        ByteBuffer in = ByteBuffer.wrap(joined);
        try {
            while (in.hasRemaining()) {
                String name = new String(piece(in), StandardCharsets.UTF_8);
                attributes.put(name, piece(in));
            }
        } catch (BufferUnderflowException e) {
            throw new SessionFormatException("attributes are truncated (expected: length-prefixed names and values)");
        }
        return Collections.unmodifiableMap(attributes);
    }

    private static byte[] piece(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] piece = new byte[length];
        in.get(piece);
        return piece;
    }
}
