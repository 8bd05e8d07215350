package dev.sprocket.session.spi;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A codec that writes sessions as well. Threads: as {@link SessionCodec}. */
public interface WritableCodec extends SessionCodec {
    /**
     * Writes a session, so that {@link #decode} gives the same, and the site reads what it would have written itself.
     *
     * @throws SessionFormatException if a name or a value cannot be written in this format
     */
    byte[] encode(Map<String, @Nullable Object> attributes) throws SessionFormatException;

    /**
     * Writes a session that has changed. A format that knows more than {@link #decode} tells, such as the class of a number,
     * leaves what is the same as it is.
     *
     * @param before as it was written down
     * @throws SessionFormatException if it was not well-formed, or something new cannot be written
     */
    default byte[] encode(Map<String, @Nullable Object> attributes, byte[] before) throws SessionFormatException {
        return encode(attributes);
    }
}
