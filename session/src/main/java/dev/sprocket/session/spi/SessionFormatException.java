package dev.sprocket.session.spi;

import com.google.errorprone.annotations.ThreadSafe;

/** Thrown if bytes are malformed, or a value cannot be encoded, in a session format. */
@ThreadSafe
public final class SessionFormatException extends Exception {
    private static final long serialVersionUID = 1;

    /**
     * Creates an exception without a stack trace.
     *
     * @param message what was seen, where, and what was expected; without values of the session
     */
    public SessionFormatException(String message) {
        // no stack trace: the cause is in the data, and errors may be frequent
        super(message, null, false, false);
    }
}
