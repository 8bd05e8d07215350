package dev.sprocket.wamp.spi;

/**
 * Writes values one after the other. In a map, names and values take turns.
 *
 * <p>Not thread-safe.
 */
public interface ValueWriter {
    /** Begins a list of so many items; -1 if that is not known. */
    ValueWriter list(int count);

    /** Begins a map of so many pairs; -1 if that is not known. */
    ValueWriter map(int count);

    /** Ends the list or map that began last. */
    ValueWriter end();

    /** A text, whose surrogates are pairs. */
    ValueWriter text(String text);

    /**
     * A number, as {@link ValueReader#number} returns it. What the format has no number for becomes the text of its digits, but NaN and
     * infinities become null.
     */
    ValueWriter number(Number number);

    /** True or false. */
    ValueWriter bool(boolean value);

    /** Null. */
    ValueWriter nullValue();

    /** Bytes. */
    ValueWriter binary(byte[] bytes);

    /** A value of the same serialisation, as it is. */
    ValueWriter raw(ByteSlice value);

    /** All that was written. */
    byte[] bytes();
}
