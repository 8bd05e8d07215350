package dev.sprocket.websocket;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.core.spi.RejectedException;

/**
 * How a WebSocket ended; known from {@code onClose} on.
 *
 * @param code the status code (RFC 6455 7.4); 1005 if the peer's close frame had none, 1006 if there was no close frame
 * @param reason the reason that came with it, or empty
 * @param clean whether both sides said goodbye
 */
public record CloseStatus(int code, String reason, boolean clean) {
    /** Whom the connection belongs to is not let in any more, as 401 says under HTTP; a code of ours (RFC 6455 7.4.2). */
    public static final int UNAUTHORIZED = 4401;

    static final AttributeKey<CloseStatus> KEY = AttributeKey.of("close status", "is this onClose of a WebSocket?");

    /** The socket ended without a close frame. */
    static final CloseStatus LOST = new CloseStatus(1006, "", false);

    /** How the connection ended. */
    public static CloseStatus of(Connection conn) {
        return KEY.get(conn);
    }

    /** How we end a connection that failed or is refused (RFC 6455 7.4.1). */
    static CloseStatus because(Throwable cause) {
        if (cause instanceof RejectedException refusal) {
            int code =
                    switch (refusal.kind()) {
                        case MALFORMED -> 1007;
                        case UNSUPPORTED -> 1003;
                        case FORBIDDEN, LIMIT_EXCEEDED -> 1008;
                    };
            return new CloseStatus(code, refusal.reason(), false);
        }
        return new CloseStatus(1011, "", false);
    }

    /** Whether a code may stand in a close frame (RFC 6455 7.4.1, 7.4.2 and the registry that grew from it). */
    static boolean isSendable(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }
}
