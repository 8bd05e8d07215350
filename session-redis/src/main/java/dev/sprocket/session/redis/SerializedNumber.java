package dev.sprocket.session.redis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a serialized {@link Long} or {@link Integer} without deserialization.
 *
 * <p>Spring Session stores the times of a session in this form. The value is at the end; all bytes before it are the
 * same for every value of the type.
 */
final class SerializedNumber {
    private static final byte[] LONG = head(0L, Long.BYTES);
    private static final byte[] INTEGER = head(0, Integer.BYTES);

    private SerializedNumber() {}

    /** Reports whether a value is a serialization stream. */
    static boolean isStream(byte[] value) {
        return value.length > 0 && value[0] == (byte) 0xAC;
    }

    /** Returns the number of a stream, or null if it contains anything else. */
    static @Nullable Long read(byte[] stream) {
        if (startsWith(stream, LONG, Long.BYTES)) {
            return ByteBuffer.wrap(stream).getLong(LONG.length);
        }
        return startsWith(stream, INTEGER, Integer.BYTES)
                ? (Long) (long) ByteBuffer.wrap(stream).getInt(INTEGER.length)
                : null;
    }

    private static boolean startsWith(byte[] stream, byte[] head, int size) {
        return stream.length == head.length + size && Arrays.equals(stream, 0, head.length, head, 0, head.length);
    }

    /** Returns the serialization of a number without the bytes of its value. */
    private static byte[] head(Serializable number, int size) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(number);
        } catch (IOException e) { // not thrown by a stream in memory
            throw new UncheckedIOException(e);
        }
        return Arrays.copyOf(bytes.toByteArray(), bytes.size() - size);
    }
}
