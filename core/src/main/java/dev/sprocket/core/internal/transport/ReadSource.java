package dev.sprocket.core.internal.transport;

import dev.sprocket.core.Connection;
import io.netty.channel.ChannelHandlerContext;

/** Lowest handler of a socket, which can pass received bytes by components. */
public interface ReadSource {
    /**
     * Passes further bytes to the handler after another one, unless a component wants them.
     *
     * @param last the last handler that is passed by
     * @param passed the highest connection that is passed by; bytes are discarded once it is closed
     */
    void passReads(ChannelHandlerContext last, Connection passed);
}
