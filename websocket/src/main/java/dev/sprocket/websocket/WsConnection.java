package dev.sprocket.websocket;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import java.time.Duration;
import java.util.Optional;

/** A WebSocket, as components see it: messages, text or binary. */
@ThreadSafe
public interface WsConnection extends Connection {
    /** Closes with 1000, as {@link #close(int, String)}. */
    @Override
    default void close() {
        close(1000, "");
    }

    /**
     * Says goodbye (RFC 6455 7.1.2): sends what is queued and a close frame, and waits up to five seconds for the peer's
     * before the socket is closed. Messages that arrive meanwhile are not delivered.
     *
     * @param code 1000-1003, 1007-1014 or 3000-4999; anything else throws {@link IllegalArgumentException}
     * @param reason up to 123 bytes of UTF-8; what is longer is cut at a character
     */
    void close(int code, String reason);

    /** Sends a ping with up to 125 bytes (RFC 6455 5.5.2). Returns false if the connection is closed. */
    boolean ping(byte[] payload);

    /** How long the last ping that was answered, of keepalive or of {@link #ping}, was under way; empty before it. */
    Optional<Duration> roundTrip();

    /** The subprotocol that was agreed on (RFC 6455 1.9). */
    Optional<String> subprotocol();
}
