package dev.sprocket.wamp.spi;

/**
 * Writes values one after the other. In a map, names and values take turns.
 *
 * <p>Threads: one.
 */
public interface Writer {
    /** Begins a list of so many items; -1 if that is not known. */
    Writer list(int count);

    /** Begins a map of so many pairs; -1 if that is not known. */
    Writer map(int count);

    /** Ends the list or map that began last. */
    Writer end();

    /** A text, whose surrogates are pairs. */
    Writer text(String text);

    /**
     * A number, as {@link Reader#number} returns it. What the format has no number for becomes the text of its digits, but NaN and
     * infinities become null.
     */
    Writer number(Number number);

    /** True or false. */
    Writer bool(boolean value);

    /** Null. */
    Writer nothing();

    /** Bytes. */
    Writer binary(byte[] bytes);

    /** A value of the same serialisation, as it is. */
    Writer raw(Slice value);

    /** All that was written. */
    byte[] bytes();
}
