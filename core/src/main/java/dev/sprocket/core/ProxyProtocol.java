package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes the peer's address from the header that a load balancer puts before each connection (PROXY protocol, version 1 or
 * 2), if the load balancer is one of those named here. {@link Connection#remoteAddress} is then the proxied address.
 *
 * <p>Who connects through a Unix domain socket may always send a header. A proxy that speaks for itself, as health checks
 * do ({@code LOCAL}, {@code UNKNOWN}), keeps its own address. The header must have come after ten seconds.
 */
@ThreadSafe
public final class ProxyProtocol {
    static final Duration LIMIT = Duration.ofSeconds(10);
    static final AttributeKey<SocketAddress> PROXY = AttributeKey.of("proxy", "did this connection come through one?");

    private final boolean required;
    private final PeerSet trusted;

    private ProxyProtocol(boolean required, String... trusted) {
        if (trusted.length == 0) {
            throw new IllegalArgumentException("trusted proxies: none (expected: address ranges, as 10.0.0.0/8)");
        }
        this.required = required;
        this.trusted = PeerSet.of(List.of(trusted));
    }

    /**
     * Every connection comes from one of these and begins with a header; others are closed.
     *
     * @param trusted address ranges, as {@link PeerSet#of} reads them
     */
    public static ProxyProtocol required(String... trusted) {
        return new ProxyProtocol(true, trusted);
    }

    /**
     * Those named here may send a header, and others are what they seem. A connection from one of these opens with its
     * first bytes, so a peer that waits to be spoken to first waits in vain.
     */
    public static ProxyProtocol optional(String... trusted) {
        return new ProxyProtocol(false, trusted);
    }

    /** The address of the proxy that a connection came through, if it did. */
    public static Optional<SocketAddress> proxyAddress(Connection conn) {
        return PROXY.find(conn);
    }

    boolean isRequired() {
        return required;
    }

    PeerSet trusted() {
        return trusted;
    }

    boolean trusts(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress || trusted.contains(address);
    }

    /** Who comes, according to the header. */
    static PeerInfo arrival(PeerInfo socket, HAProxyMessage header) {
        byte @Nullable [] ip = header.sourceAddress() == null
                ? null
                : NetUtil.createByteArrayFromIpAddressString(header.sourceAddress());
        if (ip == null) {
            return socket;
        }
        try {
            return socket.from(new InetSocketAddress(InetAddress.getByAddress(ip), header.sourcePort()));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public String toString() {
        return "PROXY protocol, " + (required ? "required" : "optional") + ", from " + trusted;
    }
}
