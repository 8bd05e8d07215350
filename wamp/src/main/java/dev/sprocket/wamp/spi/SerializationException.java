package dev.sprocket.wamp.spi;

import com.google.errorprone.annotations.ThreadSafe;

/** Bytes that are not what their serialisation says. */
@ThreadSafe
public final class SerializationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What was seen, where, and what was expected. */
    public SerializationException(String message) {
        // no stack trace: it tells of somebody else's bytes, and hostile peers can cause many
        super(message, null, false, false);
    }
}
