package dev.sprocket.wamp.spi;

import com.google.errorprone.annotations.ThreadSafe;

/** Thrown when bytes are malformed in their serialization. */
@ThreadSafe
public final class SerializationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Creates an exception.
     *
     * @param message what was seen, where, and what was expected
     */
    public SerializationException(String message) {
        // no stack trace: it is about the peer's bytes, and hostile peers can cause many
        super(message, null, false, false);
    }
}
