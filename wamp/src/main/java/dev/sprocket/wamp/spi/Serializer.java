package dev.sprocket.wamp.spi;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * How messages of WAMP v2 are written as bytes. JSON is there; others are found by {@link java.util.ServiceLoader}.
 *
 * <p>It does not know messages, only values: what stays in one serialisation is handed on as the bytes that it is, and never
 * becomes objects.
 */
@ThreadSafe
public interface Serializer {
    /** The deepest nesting allowed, the message's own list included: 64. */
    int MAX_DEPTH = 64;

    /** The longest integer, in bytes: 415, which are at most 1,000 digits. */
    int MAX_INTEGER_BYTES = 415;

    /** The end of the subprotocol's name: {@code json} of {@code wamp.2.json}. */
    String name();

    /** Its number in the handshake of RawSocket, 1-15. */
    int rawSocketId();

    /** Whether its messages are binary messages of WebSocket. */
    boolean isBinary();

    /** Reads some bytes, which must not change meanwhile. */
    ValueReader reader(byte[] bytes, int from, int to);

    /** Writes some. */
    ValueWriter writer();
}
