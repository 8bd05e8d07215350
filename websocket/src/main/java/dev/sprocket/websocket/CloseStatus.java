package dev.sprocket.websocket;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;

/**
 * Code and reason with which a WebSocket was closed.
 *
 * <p>Available from {@code onClose} on.
 *
 * @param code status code (RFC 6455 7.4); 1005 if the peer's close frame had none, 1006 if there was no close frame
 * @param reason reason of the close frame; may be empty
 * @param clean true if both sides sent a close frame
 */
@Immutable
public record CloseStatus(int code, String reason, boolean clean) {
    /**
     * Close code for a user who is no longer authorized: 4401.
     *
     * <p>Private code of Sprocket (RFC 6455 7.4.2), named after HTTP status 401.
     */
    public static final int UNAUTHORIZED = 4401;

    static final AttributeKey<CloseStatus> KEY = AttributeKey.of("close status", "is this onClose of a WebSocket?");

    /** Status of a socket that was closed without a close frame. */
    static final CloseStatus LOST = new CloseStatus(1006, "", false);

    /** Returns the close status of a closed WebSocket connection. */
    public static CloseStatus of(Connection conn) {
        return KEY.get(conn);
    }

    /** Returns the close status for a reason (RFC 6455 7.4.1). */
    static CloseStatus of(CloseReason reason) {
        int code =
                switch (reason.type()) {
                    case NORMAL, END_OF_STREAM -> 1000;
                    case SHUTDOWN -> 1001;
                    case UNSUPPORTED -> 1003;
                    case MALFORMED -> 1007;
                    case OVERFLOW, FORBIDDEN, LIMIT_EXCEEDED -> 1008;
                    case FAILURE -> 1011;
                    case UNAUTHORIZED -> UNAUTHORIZED;
                };
        return new CloseStatus(code, reason.text(), false);
    }

    /** Reports whether a close frame may contain a code. See RFC 6455 7.4.1, 7.4.2 and the IANA registry. */
    static boolean isSendable(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }
}
