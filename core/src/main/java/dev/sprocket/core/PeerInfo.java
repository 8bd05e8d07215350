package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a connection before its first callback.
 *
 * @param remote the peer, as the proxy names it if there is one
 * @param given how logs call the peer, if not by its address
 * @param proxy the address of the proxy in between, if there is one
 * @param tls the engine of a connection that speaks TLS
 */
@ThreadSafe
record PeerInfo(SocketAddress remote, @Nullable String given, @Nullable SocketAddress proxy, @Nullable SSLEngine tls) {
    /** Straight from a socket. */
    static PeerInfo of(Channel channel) {
        if (UnixAddress.local(channel) instanceof UnixDomainSocketAddress unix) {
            // clients have no address of their own there; the channel tells them apart
            String name = "unix:" + unix.getPath() + "#" + channel.id().asShortText();
            return new PeerInfo(unix, name, null, null);
        }
        return new PeerInfo(channel.remoteAddress(), null, null, null);
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
    PeerInfo from(SocketAddress peer) {
        return new PeerInfo(peer, null, remote, tls);
    }

    /** The same under TLS. */
    PeerInfo under(SSLEngine engine) {
        return new PeerInfo(remote, given, proxy, engine);
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
