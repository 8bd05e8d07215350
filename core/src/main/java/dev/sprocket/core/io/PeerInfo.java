package dev.sprocket.core.io;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.net.AddressText;
import dev.sprocket.core.internal.net.TlsEngine;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Information about a connection before its first callback.
 *
 * @param remote address of the peer, as named by the proxy if there is one
 * @param logName name of the peer in logs; null if it is the address
 * @param proxy address of the proxy, if there is one
 * @param tls engine of a connection with TLS
 */
@ThreadSafe
record PeerInfo(
        SocketAddress remote, @Nullable String logName, @Nullable SocketAddress proxy, @Nullable SSLEngine tls) {
    /** Returns the information of a channel. */
    static PeerInfo of(Channel channel) {
        if (UnixAddress.local(channel) instanceof UnixDomainSocketAddress unix) {
            // clients of Unix domain sockets have no address; the channel id distinguishes them
            String name = "unix:" + unix.getPath() + "#" + channel.id().asShortText();
            return new PeerInfo(unix, name, null, null);
        }
        return new PeerInfo(channel.remoteAddress(), null, null, null);
    }

    /** Returns the name of the peer in logs. Created on demand, because most connections never need it. */
    String name() {
        return logName == null ? AddressText.of(remote) : logName;
    }

    /** Reports whether the channel has all information. */
    boolean isPlain() {
        return logName == null && proxy == null && tls == null;
    }

    /** Returns the information for the peer behind the proxy. */
    PeerInfo withRemote(SocketAddress peer) {
        return new PeerInfo(peer, null, remote, tls);
    }

    /** Returns the information for a connection with TLS. */
    PeerInfo withTls(SSLEngine engine) {
        return new PeerInfo(remote, logName, proxy, engine);
    }

    /** Sets the attributes of the connection. */
    void setAttributes(Connection conn) {
        if (proxy != null) {
            ProxyProtocol.PROXY.set(conn, proxy);
        }
        if (tls != null) {
            TlsEngine.KEY.set(conn, tls);
        }
    }
}
