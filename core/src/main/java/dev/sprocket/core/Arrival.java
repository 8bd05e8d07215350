package dev.sprocket.core;

import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a connection before its first callback. Threads: any; immutable.
 *
 * @param remote the peer, as the proxy names it if there is one
 * @param name how logs call the peer
 * @param proxy the address of the proxy in between, if there is one
 * @param tls the engine of a connection that speaks TLS
 */
record Arrival(SocketAddress remote, String name, @Nullable SocketAddress proxy, @Nullable SSLEngine tls) {
    /** Straight from a socket. */
    static Arrival of(Channel channel) {
        if (UnixAddress.plain(channel.localAddress()) instanceof UnixDomainSocketAddress unix) {
            // clients have no address of their own there; the channel tells them apart
            String name = "unix:" + unix.getPath() + "#" + channel.id().asShortText();
            return new Arrival(unix, name, null, null);
        }
        SocketAddress remote = channel.remoteAddress();
        return new Arrival(remote, AddressText.of(remote), null, null);
    }

    /** The same for the peer that the proxy speaks for. */
    Arrival from(SocketAddress peer) {
        return new Arrival(peer, AddressText.of(peer), remote, tls);
    }

    /** The same under TLS. */
    Arrival under(SSLEngine engine) {
        return new Arrival(remote, name, proxy, engine);
    }

    /** States it as facts of the connection. */
    void state(Connection conn) {
        if (proxy != null) {
            ProxyProtocol.PROXY.set(conn, proxy);
        }
        if (tls != null) {
            Tls.ENGINE.set(conn, tls);
        }
    }
}
