package dev.sprocket.session.spi;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Codec that can also encode sessions. */
public interface WritableCodec extends SessionCodec {
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
     * <p>A format with more information than {@link #decode} returns, such as the class of a number, keeps unchanged
     * attributes as they are.
     *
     * @param before the stored form before the change
     * @throws SessionFormatException if the stored form is malformed, or a new value cannot be encoded
     */
    default byte[] encode(Map<String, @Nullable Object> attributes, byte[] before) throws SessionFormatException {
        return encode(attributes);
    }
}
