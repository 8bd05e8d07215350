package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import java.net.SocketAddress;

/**
 * A connection that stands on another: what is the socket's is answered by the one below. A level implements this next to
 * the connection type of its protocol.
 */
@ThreadSafe
public interface StackedConnection extends Connection {
    /** The connection of the level below. */
    Connection underlying();

    @Override
    default boolean isWritable() {
        return underlying().isWritable();
    }

    @Override
    default void onWritable(Runnable task) {
        underlying().onWritable(task);
    }

    @Override
    default SocketAddress remoteAddress() {
        return underlying().remoteAddress();
    }

    @Override
    default SocketAddress localAddress() {
        return underlying().localAddress();
    }
}
