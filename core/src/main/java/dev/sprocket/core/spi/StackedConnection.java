package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
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

    /** Returns the attributes of this layer, created from those of the layer below. */
    @Override
    Attributes attributes();

    @Override
    default boolean send(Message message) {
        return underlying().send(message);
    }

    @Override
    default void close() {
        underlying().close();
    }

    /** Passes the reason on. A layer whose protocol can report it closes by its own means. */
    @Override
    default void close(CloseReason reason) {
        underlying().close(reason);
    }

    /**
     * Lets a connection close before the one below it, when the latter has to close.
     *
     * <p>For protocols with a final message of their own. When a server shuts down, or a user is logged out, {@link
     * #close(CloseReason)} of this connection is called instead of that of the connection below. It sends the final
     * message, then closes the connection below with the same reason.
     */
    static void closeFirst(StackedConnection top) {
        TopConnection.KEY.set(top.underlying(), top);
    }

    /**
     * Closes the connection above that {@linkplain #closeFirst closes first}.
     *
     * @return false if there is none; the caller then closes its own connection
     */
    @SuppressWarnings("ReferenceEquality") // a layer always passes the same connection
    static boolean closeAbove(Connection conn, CloseReason reason) {
        StackedConnection top = TopConnection.KEY.find(conn).orElse(null);
        if (top == null || top.underlying() != conn) {
            return false;
        }
        top.close(reason);
        return true;
    }

    @Override
    default boolean isOpen() {
        return underlying().isOpen();
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
