package dev.sprocket.wamp.spi;

/**
 * Writes values one after the other.
 *
 * <p>In a map, names and values alternate. Not thread-safe.
 */
public interface ValueWriter {
    /** Starts a list with a number of items; -1 if unknown. */
    ValueWriter list(int count);

    /** Starts a map with a number of pairs; -1 if unknown. */
    ValueWriter map(int count);

    /** Ends the innermost list or map. */
    ValueWriter end();

    /** Writes a text, which must not contain unpaired surrogates. */
    ValueWriter text(String text);

    /**
     * Writes a number of a type that {@link ValueReader#number} returns.
     *
     * <p>A number that the format cannot represent becomes the text of its digits, but NaN and infinities become
     * null.
     */
    ValueWriter number(Number number);

    /** Writes a boolean. */
    ValueWriter bool(boolean value);

    /** Writes null. */
    ValueWriter nullValue();

    /** Writes bytes. */
    ValueWriter binary(byte[] bytes);

    /** Writes a value that is already encoded in this format. */
    ValueWriter raw(ByteSlice value);

    /** Returns the encoded bytes. */
    byte[] bytes();
}
