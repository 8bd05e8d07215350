package dev.sprocket.wamp.internal.session;

/** Thrown when a client violates the protocol. */
public final class WampProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public WampProtocolException(String message) {
        // no stack trace: it is about the peer's message, and hostile peers can cause many
        super(message, null, false, false);
    }
}
