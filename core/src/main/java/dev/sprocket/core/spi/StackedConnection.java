package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Attributes;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import java.net.SocketAddress;

/**
 * Connection of a layer that stands on the connection of a lower layer.
 *
 * <p>Delegates to the connection below by default. A layer implements this together with the
 * connection type of its protocol.
 */
@ThreadSafe
public interface StackedConnection extends Connection {
    /** Returns the connection of the layer below. */
    Connection underlying();

    @Override
    default boolean send(Message message) {
        return underlying().send(message);
    }

    @Override
    default void close() {
        underlying().close();
    }

    @Override
    default boolean isOpen() {
        return underlying().isOpen();
    }

    /** Returns the attributes of the layer below. A layer that sets attributes returns its own, created from these. */
    @Override
    default Attributes attributes() {
        return underlying().attributes();
    }

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
