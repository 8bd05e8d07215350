package dev.sprocket.wamp;

/** A client said something that is not WAMP. */
final class WampProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WampProtocolException(String message) {
        // no stack trace: it tells of the peer's text, and hostile peers can cause many
        super(message, null, false, false);
    }
}
