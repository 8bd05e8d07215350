package dev.sprocket.wamp;

/** Thrown when a client violates the protocol. */
final class WampProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WampProtocolException(String message) {
        // no stack trace: it is about the peer's message, and hostile peers can cause many
        super(message, null, false, false);
    }
}
