package dev.sprocket.websocket;

import com.google.errorprone.annotations.Immutable;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import io.netty.channel.ChannelHandler;
import java.util.List;
import java.util.Optional;

/** WebSocket version that a {@link WsServer} accepts in addition to RFC 6455. */
@ThreadSafe
public sealed interface WebSocketVersion {
    /**
     * Version with the handshake and the frames of RFC 6455.
     *
     * @param number value of {@code Sec-WebSocket-Version}
     */
    @Immutable
    record Compatible(int number) implements WebSocketVersion {}

    /** Version with its own handshake and frames. */
    @ThreadSafe
    non-sealed interface Separate extends WebSocketVersion {
        /** Reports whether a request is a handshake of this version. */
        boolean isRequested(HttpRequest request);

        /**
         * Returns the response to a handshake: status 101, or an error.
         *
         * @param subprotocol negotiated subprotocol
         */
        HttpResponse respond(HttpRequest request, Optional<String> subprotocol);

        /**
         * Returns the channel handlers of an upgraded connection, in inbound order.
         *
         * <p>The last one calls the application of the upgrade.
         */
        List<ChannelHandler> handlers(Upgrade upgrade);
    }

    /** Connection that was upgraded to a {@link WebSocketVersion} with its own frames. */
    @ThreadSafe
    final class Upgrade {
        private final HttpConnection connection;
        private final Optional<String> subprotocol;
        private final WsLimits limits;
        private final MessageComponent<? super WsConnection, ? super Message> app;

        Upgrade(
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
}
