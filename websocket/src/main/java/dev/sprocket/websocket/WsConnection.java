package dev.sprocket.websocket;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import java.time.Duration;
import java.util.Optional;

/** WebSocket connection of a client, for text and binary messages. */
@ThreadSafe
public interface WsConnection extends Connection {
    /** Closes the connection with code 1000 and an empty reason; see {@link #close(int, String)}. */
    @Override
    default void close() {
        close(1000, "");
    }

    /**
     * Closes the connection with a closing handshake (RFC 6455 7.1.2).
     *
     * <p>Sends the queued messages and a close frame, and waits up to five seconds for the peer's close frame before
     * the socket is closed. Messages that arrive in the meantime are discarded.
     *
     * @param code 1000-1003, 1007-1014 or 3000-4999
     * @param reason up to 123 bytes of UTF-8; a longer reason is truncated between characters
     * @throws IllegalArgumentException if the code must not be sent in a close frame
     */
    void close(int code, String reason);

    /** Sends a ping with up to 125 bytes (RFC 6455 5.5.2). Returns false if the connection is closed. */
    @CanIgnoreReturnValue
    boolean ping(byte[] payload);

    /**
     * Returns the round-trip time of the last answered ping.
     *
     * <p>Pings of keepalive and of {@link #ping} count. Empty before the first pong.
     */
    Optional<Duration> roundTrip();

    /** Returns the subprotocol that was negotiated in the handshake (RFC 6455 1.9). */
    Optional<String> subprotocol();
}
