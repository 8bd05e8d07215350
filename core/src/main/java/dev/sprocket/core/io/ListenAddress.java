package dev.sprocket.core.io;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Address on which a server listens. Its {@code toString} is used in errors. Not thread-safe. */
interface ListenAddress {
    /**
     * Binds a socket that does not accept yet. If this throws, no socket is open, and the message names the address.
     */
    Channel bind(ServerBootstrap bootstrap, Transport transport) throws IOException;

    /** Returns the actual address of the socket. */
    SocketAddress address(Channel bound);

    /** Cleans up after the socket was closed. */
    default void closed() {}

    /** Binds a socket; throws with the same message for every transport. */
    default Channel bind(ServerBootstrap bootstrap, SocketAddress address) throws IOException {
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw failure(cause == null ? "cancelled" : reason(cause), cause);
        }
        return bound.channel();
    }

    /** Creates the exception of {@link #bind}. */
    default IOException failure(String reason, @Nullable Throwable cause) {
        return new IOException("cannot listen on " + this + ": " + reason, cause);
    }

    /** Returns the operating system's message, without the prefix of Netty's native transports. */
    static String reason(Throwable cause) {
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return message.replaceFirst("^[\\w ]+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ", "");
    }
}
