package dev.sprocket.websocket;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import java.util.Optional;

/** Connection that was upgraded to a {@link WebSocketVersion} with its own frames. */
@ThreadSafe
public final class WebSocketUpgrade {
    private final HttpConnection connection;
    private final Optional<String> subprotocol;
    private final WsLimits limits;
    private final MessageComponent<? super WsConnection, ? super Message> app;

    WebSocketUpgrade(
            HttpConnection connection,
            Optional<String> subprotocol,
            WsLimits limits,
            MessageComponent<? super WsConnection, ? super Message> app) {
        this.connection = connection;
        this.subprotocol = subprotocol;
        this.limits = limits;
        this.app = app;
    }

    /** Returns the connection that was upgraded. */
    public HttpConnection connection() {
        return connection;
    }

    /** Returns the negotiated subprotocol. */
    public Optional<String> subprotocol() {
        return subprotocol;
    }

    /** Returns the limits of received frames and messages. */
    public WsLimits limits() {
        return limits;
    }

    /** Returns the application that receives the messages. */
    public MessageComponent<? super WsConnection, ? super Message> app() {
        return app;
    }

    /** Sets the status that {@link CloseStatus#of} returns for a connection; required before {@code onClose}. */
    public void closed(WsConnection conn, CloseStatus status) {
        CloseStatus.KEY.set(conn, status);
    }

    /** Returns the close status for a reason (RFC 6455 7.4.1). */
    public CloseStatus statusFor(CloseReason reason) {
        return CloseStatus.of(reason);
    }
}
