package dev.sprocket.session.spi;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How sessions are written down. Whatever the format, an attribute is one of these:
 *
 * <ul>
 *   <li>{@code null}, {@link Boolean}, {@link Long}, {@link Double}
 *   <li>{@link String}; or {@code byte[]} for a string that is no UTF-8
 *   <li>{@link java.util.List} and {@link Map} by name, of the same, unmodifiable and in order. What PHP numbers 0, 1, 2… is
 *       a list, any other array a map
 *   <li>{@link SessionObject}, for what was an object there; nothing is ever instantiated by a name in a session
 * </ul>
 */
@ThreadSafe
public interface SessionCodec {
    /** The deepest that values may be nested. */
    int MAX_DEPTH = 64;

    /** The most values of a session, counted as they are nested. */
    int MAX_VALUES = 100_000;

    /**
     * Reads a session. Time and memory stay in proportion to the bytes that are there, whatever lengths and counts they
     * claim.
     *
     * @return its attributes, by name and in order
     * @throws SessionFormatException if it is not well-formed, or goes past a limit; its message tells nothing of the values
     */
    Map<String, @Nullable Object> decode(byte[] stored) throws SessionFormatException;
}
