package dev.sprocket.websocket.internal.frame;

/** Protocol violation or exceeded limit, with the close code and the reason. */
public final class WebSocketProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public final int code;
    public final String reason;

    public WebSocketProtocolException(int code, String reason) {
        // no stack trace: the cause is the peer's data, and hostile peers can provoke many of these
        super(reason, null, false, false);
        this.code = code;
        this.reason = reason;
    }
}
