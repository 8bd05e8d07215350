package dev.sprocket.core.spi;

import dev.sprocket.core.Connection;
import java.net.SocketAddress;

/**
 * A connection that stands on another: what is the socket's is answered by the one below. A level implements this next to
 * the connection type of its protocol.
 *
 * <p>Threads: any.
 */
public interface StackedConnection extends Connection {
    /** The connection of the level below. */
    Connection below();

    @Override
    default boolean isWritable() {
        return below().isWritable();
    }

    @Override
    default void onWritable(Runnable task) {
        below().onWritable(task);
    }

    @Override
    default SocketAddress remoteAddress() {
        return below().remoteAddress();
    }

    @Override
    default SocketAddress localAddress() {
        return below().localAddress();
    }
}
