package dev.sprocket.websocket;

import com.google.errorprone.annotations.Immutable;
import com.google.errorprone.annotations.ThreadSafe;
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
        List<ChannelHandler> handlers(WebSocketUpgrade upgrade);
    }
}
