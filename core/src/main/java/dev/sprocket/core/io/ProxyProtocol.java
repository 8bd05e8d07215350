package dev.sprocket.core.io;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.net.PeerSet;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the peer's address from the header of a trusted load balancer (PROXY protocol).
 *
 * <p>Supports versions 1 and 2. {@link Connection#remoteAddress} is then the proxied address.
 *
 * <p>Peers of a Unix domain socket may always send a header. A proxy that speaks for itself, as in health checks
 * ({@code LOCAL}, {@code UNKNOWN}), keeps its own address. The header must arrive within ten seconds.
 */
@ThreadSafe
final class ProxyProtocol {
    static final Duration LIMIT = Duration.ofSeconds(10);
    static final AttributeKey<SocketAddress> PROXY = AttributeKey.of("proxy", "did this connection come through one?");

    private final boolean required;
    private final PeerSet trusted;

    private ProxyProtocol(boolean required, String... trusted) {
        if (trusted.length == 0) {
            throw new IllegalArgumentException("trusted proxies: none (expected: address ranges such as 10.0.0.0/8)");
        }
        this.required = required;
        this.trusted = PeerSet.of(List.of(trusted));
    }

    static ProxyProtocol required(String... trusted) {
        return new ProxyProtocol(true, trusted);
    }

    static ProxyProtocol optional(String... trusted) {
        return new ProxyProtocol(false, trusted);
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

    /** Returns the peer that the header names. */
    static PeerInfo peer(PeerInfo socket, HAProxyMessage header) {
        byte @Nullable [] ip = header.sourceAddress() == null
                ? null
                : NetUtil.createByteArrayFromIpAddressString(header.sourceAddress());
        if (ip == null) {
            return socket;
        }
        try {
            return socket.withRemote(new InetSocketAddress(InetAddress.getByAddress(ip), header.sourcePort()));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public String toString() {
        return "PROXY protocol, " + (required ? "required" : "optional") + ", from " + trusted;
    }
}
