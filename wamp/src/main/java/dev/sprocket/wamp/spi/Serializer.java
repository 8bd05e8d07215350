package dev.sprocket.wamp.spi;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * Encoding of WAMP v2 messages.
 *
 * <p>JSON is built in; others are found by {@link java.util.ServiceLoader}. A serializer reads and writes values,
 * not messages: a payload that keeps its serialization is passed on as bytes, without decoding.
 */
@ThreadSafe
public interface Serializer {
    /** Maximum nesting depth, including the list of the message: 64. */
    int MAX_DEPTH = 64;

    /** Maximum length of an integer in bytes: 415, which is at most 1,000 digits. */
    int MAX_INTEGER_BYTES = 415;

    /** Returns the suffix of the subprotocol name, such as {@code json} of {@code wamp.2.json}. */
    String name();

    /** Returns the number of the serializer in the RawSocket handshake, 1-15. */
    int rawSocketId();

    /** Reports whether messages are binary messages of WebSocket. */
    boolean isBinary();

    /** Creates a reader of bytes, which must not change while it is used. */
    ValueReader reader(byte[] bytes, int from, int to);

    /** Creates a writer. */
    ValueWriter writer();
}
