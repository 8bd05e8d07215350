package dev.sprocket.wamp.rawsocket;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;

/** Connection of {@link RawSocket}, which sends and receives whole messages. */
@ThreadSafe
public interface RawSocketConnection extends Connection {
    /** Returns the name of the negotiated serializer, such as {@code json}. */
    String serializer();

    /**
     * Returns the maximum length of a message that the peer accepts, in bytes.
     *
     * <p>Longer messages are not sent.
     */
    int limit();
}
