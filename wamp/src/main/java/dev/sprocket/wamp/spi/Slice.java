package dev.sprocket.wamp.spi;

/**
 * Some bytes of an array.
 *
 * <p>Threads: any; the bytes do not change.
 *
 * @param from the first one
 * @param to behind the last one
 */
public record Slice(byte[] bytes, int from, int to) {
    /** All of them. */
    public static Slice of(byte[] bytes) {
        return new Slice(bytes, 0, bytes.length);
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
