package dev.sprocket.core;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** A TCP port of this machine. Threads: any; immutable. */
final class TcpAddress implements ListenAddress {
    private final String host;
    private final int port;

    TcpAddress(String host, int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0-65535)");
        }
        this.host = host;
        this.port = port;
    }

    @Override
    public Channel bind(ServerBootstrap bootstrap, Transport transport) throws IOException {
        InetSocketAddress wanted = new InetSocketAddress(host, port);
        if (wanted.isUnresolved()) {
            throw failure("unknown host", null);
        }
        return bind(
                bootstrap
                        .channel(transport.serverChannel())
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true),
                wanted);
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
