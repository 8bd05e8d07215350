package dev.sprocket.websocket;

/** A peer broke a rule of the protocol: the code to close with, and which rule. */
final class WebSocketProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1;

    final int code;
    final String rule;

    WebSocketProtocolException(int code, String rule) {
        // no stack trace: it tells of the peer's bytes, and hostile peers can cause many
        super(rule, null, false, false);
        this.code = code;
        this.rule = rule;
    }
}
