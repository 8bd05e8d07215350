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
 * @param given how logs call the peer, if not by its address
 * @param proxy the address of the proxy in between, if there is one
 * @param tls the engine of a connection that speaks TLS
 */
record Arrival(SocketAddress remote, @Nullable String given, @Nullable SocketAddress proxy, @Nullable SSLEngine tls) {
    /** Straight from a socket. */
    static Arrival of(Channel channel) {
        if (UnixAddress.local(channel) instanceof UnixDomainSocketAddress unix) {
            // clients have no address of their own there; the channel tells them apart
            String name = "unix:" + unix.getPath() + "#" + channel.id().asShortText();
            return new Arrival(unix, name, null, null);
        }
        return new Arrival(channel.remoteAddress(), null, null, null);
    }

    /** How logs call the peer; made when it is asked for, which for most connections is never. */
    String name() {
        return given == null ? AddressText.of(remote) : given;
    }

    /** Whether the channel says as much. */
    boolean isPlain() {
        return given == null && proxy == null && tls == null;
    }

    /** The same for the peer that the proxy speaks for. */
    Arrival from(SocketAddress peer) {
        return new Arrival(peer, null, remote, tls);
    }

    /** The same under TLS. */
    Arrival under(SSLEngine engine) {
        return new Arrival(remote, given, proxy, engine);
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
