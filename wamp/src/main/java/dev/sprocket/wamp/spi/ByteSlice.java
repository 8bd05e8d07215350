package dev.sprocket.wamp.spi;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * Range of a byte array. The bytes must not be modified.
 *
 * @param bytes array
 * @param from index of the first byte
 * @param to index after the last byte
 */
@ThreadSafe
public record ByteSlice(byte[] bytes, int from, int to) {
    /** Returns a slice of all bytes. */
    public static ByteSlice of(byte[] bytes) {
        return new ByteSlice(bytes, 0, bytes.length);
    }

    /** Returns the number of bytes. */
    public int size() {
        return to - from;
    }

    @Override
    public String toString() {
        return "slice of " + size() + " bytes";
    }
}
