package dev.sprocket.core;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** One address that a server is to listen on. Its {@code toString} is what errors call it. Not thread-safe. */
interface ListenAddress {
    /** Begins to listen, without accepting yet. When this throws, nothing was opened, and the message names the address. */
    Channel bind(ServerBootstrap bootstrap, Transport transport) throws IOException;

    /** Where the socket really listens. */
    SocketAddress address(Channel bound);

    /** Clears up behind a socket that was closed. */
    default void closed() {}

    /** Binds, and puts what went wrong in words that are the same for every transport. */
    default Channel bind(ServerBootstrap bootstrap, SocketAddress address) throws IOException {
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw failure(cause == null ? "cancelled" : reason(cause), cause);
        }
        return bound.channel();
    }

    /** What {@link #bind} throws. */
    default IOException failure(String reason, @Nullable Throwable cause) {
        return new IOException("cannot listen on " + this + ": " + reason, cause);
    }

    /** The words of the operating system, without the call and the number that Netty's native transports put before them. */
    static String reason(Throwable cause) {
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return message.replaceFirst("^[\\w ]+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ", "");
    }
}
