package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import java.net.SocketAddress;

/**
 * Connection of a layer that stands on the connection of a lower layer.
 *
 * <p>Delegates the properties of the socket to the connection below. A layer implements this together with the
 * connection type of its protocol.
 */
@ThreadSafe
public interface StackedConnection extends Connection {
    /** Returns the connection of the layer below. */
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
