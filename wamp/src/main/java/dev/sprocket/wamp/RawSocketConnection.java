package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;

/** A connection of {@link RawSocket}, as components see it: whole messages. */
@ThreadSafe
public interface RawSocketConnection extends Connection {
    /** The serialisation that was agreed on, as {@code json}. */
    String serializer();

    /** The longest message that the peer takes, in bytes; longer ones are not sent. */
    int limit();
}
