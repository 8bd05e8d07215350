package dev.sprocket.session.spi;

import com.google.errorprone.annotations.ThreadSafe;

/** Bytes that are no session in a format, or a value that has none. */
@ThreadSafe
public final class SessionFormatException extends Exception {
    private static final long serialVersionUID = 1;

    /**
     * Says what is wrong.
     *
     * @param message what was seen, where, and what was expected; nothing of the session's values
     */
    public SessionFormatException(String message) {
        // no stack trace: what is wrong is in the data, and many can be wrong
        super(message, null, false, false);
    }
}
