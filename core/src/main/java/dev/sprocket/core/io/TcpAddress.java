package dev.sprocket.core.io;

import com.google.errorprone.annotations.Immutable;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * TCP address of this machine.
 *
 * <p>An IPv4 address, including {@code 0.0.0.0}, is a socket for IPv4 only; {@code ::} accepts both families unless
 * configured otherwise.
 */
@Immutable
final class TcpAddress implements ListenAddress {
    private final String host;
    private final int port;
    private final boolean ipv6Only;

    TcpAddress(String host, int port) {
        this(host, port, false);
    }

    private TcpAddress(String host, int port, boolean ipv6Only) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0-65535)");
        }
        this.host = host;
        this.port = port;
        this.ipv6Only = ipv6Only;
    }

    /** Returns this address for IPv6 only. */
    TcpAddress ipv6Only() {
        return new TcpAddress(host, port, true);
    }

    /** Reports whether the host is {@code ::}. */
    boolean isAnyIpv6() {
        return isAny(16);
    }

    /** Reports whether this is {@code 0.0.0.0} and the other {@code ::} with the same port. False for port 0. */
    boolean isIpv4PartOf(TcpAddress other) {
        return isAny(4) && other.isAnyIpv6() && port == other.port && port != 0;
    }

    private boolean isAny(int length) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        if (bytes == null || bytes.length != length) {
            return false;
        }
        for (byte one : bytes) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Channel bind(ServerBootstrap bootstrap, Transport transport) throws IOException {
        InetSocketAddress wanted = new InetSocketAddress(host, port);
        if (wanted.isUnresolved()) {
            throw failure("unknown host", null);
        }
        bootstrap
                .channelFactory(transport.serverChannel(wanted.getAddress() instanceof Inet4Address))
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true);
        if (ipv6Only && isAnyIpv6()) {
            if (!transport.separatesFamilies()) {
                throw failure("IPv6-only sockets are not supported by " + transport + " (expected: epoll)", null);
            }
            Native.ipv6Only(bootstrap);
        }
        return bind(bootstrap, wanted);
    }

    /** A separate class, because the option's class may be missing. */
    private static final class Native {
        /** Option numbers of Linux (ipv6(7)), where alone the option is used. */
        private static final ChannelOption<Integer> IPV6_V6ONLY = new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

        static void ipv6Only(ServerBootstrap bootstrap) {
            bootstrap.option(IPV6_V6ONLY, 1);
        }
    }

    @Override
    public SocketAddress address(Channel bound) {
        return bound.localAddress();
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
