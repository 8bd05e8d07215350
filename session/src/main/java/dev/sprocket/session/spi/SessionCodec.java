package dev.sprocket.session.spi;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decoder of a stored session format.
 *
 * <p>In every format, the value of an attribute is one of these:
 *
 * <ul>
 *   <li>{@code null}, {@link Boolean}, {@link Long}, {@link Double}
 *   <li>{@link String}; {@code byte[]} for a string that is not UTF-8
 *   <li>{@link java.util.List} and {@link Map} by name, of such values, unmodifiable and ordered. A PHP array
 *       numbered 0, 1, 2… is a list, any other array a map
 *   <li>{@link SessionObject} for an object of the site's language; no class named in a session is ever instantiated
 * </ul>
 */
@ThreadSafe
public interface SessionCodec {
    /** Maximum nesting depth of values. */
    int MAX_DEPTH = 64;

    /** Maximum number of values in a session, nested ones included. */
    int MAX_VALUES = 100_000;

    /**
     * Decodes a session.
     *
     * <p>Time and memory are proportional to the number of bytes present, regardless of the lengths and counts they
     * declare.
     *
     * @return the attributes by name, in order
     * @throws SessionFormatException if the session is malformed or exceeds a limit; the message contains no values
     */
    Map<String, @Nullable Object> decode(byte[] stored) throws SessionFormatException;

    /** Codec that can also encode sessions. */
    interface Writable extends SessionCodec {
        /**
         * Encodes a session so that {@link #decode} returns the same attributes.
         *
         * <p>The site reads the result like one of its own.
         *
         * @throws SessionFormatException if a name or a value cannot be encoded in this format
         */
        byte[] encode(Map<String, @Nullable Object> attributes) throws SessionFormatException;

        /**
         * Encodes a changed session and keeps unchanged attributes byte for byte where possible.
         *
         * <p>A format with more information than {@link #decode} returns, such as the class of a number, keeps
         * unchanged attributes as they are.
         *
         * @param before the stored form before the change
         * @throws SessionFormatException if the stored form is malformed, or a new value cannot be encoded
         */
        default byte[] encode(Map<String, @Nullable Object> attributes, byte[] before) throws SessionFormatException {
            return encode(attributes);
        }
    }
}
