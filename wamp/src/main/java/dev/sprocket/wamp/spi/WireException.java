package dev.sprocket.wamp.spi;

/** Bytes that are not what their serialisation says. Threads: any. */
public final class WireException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What was seen, where, and what was expected. */
    public WireException(String message) {
        // no stack trace: it tells of somebody else's bytes, and hostile peers can cause many
        super(message, null, false, false);
    }
}
