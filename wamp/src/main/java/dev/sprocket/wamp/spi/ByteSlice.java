package dev.sprocket.wamp.spi;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * Some bytes of an array.
 *
 * <p>The bytes do not change.
 *
 * @param from the first one
 * @param to behind the last one
 */
@ThreadSafe
public record ByteSlice(byte[] bytes, int from, int to) {
    /** All of them. */
    public static ByteSlice of(byte[] bytes) {
        return new ByteSlice(bytes, 0, bytes.length);
    }

    /** How many. */
    public int size() {
        return to - from;
    }

    @Override
    public String toString() {
        return "slice of " + size() + " bytes";
    }
}
