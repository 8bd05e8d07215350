package dev.sprocket.core.io;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Socket transport of Netty: the first available one, in this order (see ADR 0003).
 *
 * <p>Classes for epoll and io_uring are loaded only on demand, so that NIO works without their jars.
 */
@ThreadSafe
enum Transport {
    EPOLL {
        @Override
        boolean isSupported() {
            return Epoll.isAvailable();
        }

        @Override
        IoHandlerFactory factory() {
            return EpollIoHandler.newFactory();
        }

        @Override
        ChannelFactory<ServerChannel> serverChannel(boolean ipv4) {
            return ipv4
                    ? () -> new EpollServerSocketChannel(SocketProtocolFamily.INET)
                    : () -> new EpollServerSocketChannel();
        }

        @Override
        boolean separatesFamilies() {
            return true;
        }

        @Override
        Class<? extends ServerChannel> unixServerChannel() {
            return EpollServerDomainSocketChannel.class;
        }
    },

    IO_URING {
        @Override
        boolean isSupported() {
            // a multi-shot accept cannot be paused: Netty restarts it immediately after an error
            if (System.getProperty(ACCEPT_MANY) == null) {
                System.setProperty(ACCEPT_MANY, "false");
            }
            return IoUring.isAvailable();
        }

        @Override
        IoHandlerFactory factory() {
            return IoUringIoHandler.newFactory();
        }

        /** Netty has no IPv4-only socket for io_uring: {@code 0.0.0.0} is bound and reported as {@code ::}. */
        @Override
        ChannelFactory<ServerChannel> serverChannel(boolean ipv4) {
            return () -> new IoUringServerSocketChannel();
        }

        @Override
        Class<? extends ServerChannel> unixServerChannel() {
            return IoUringServerDomainSocketChannel.class;
        }
    },

    NIO {
        @Override
        boolean isSupported() {
            return true;
        }

        @Override
        IoHandlerFactory factory() {
            return NioIoHandler.newFactory();
        }

        @Override
        ChannelFactory<ServerChannel> serverChannel(boolean ipv4) {
            return ipv4
                    ? () -> new NioServerSocketChannel(SelectorProvider.provider(), SocketProtocolFamily.INET)
                    : () -> new NioServerSocketChannel();
        }

        @Override
        Class<? extends ServerChannel> unixServerChannel() {
            return NioServerDomainSocketChannel.class;
        }

        @Override
        SocketAddress unixAddress(Path path) {
            return UnixDomainSocketAddress.of(path);
        }
    };

    /** System property that selects a transport: {@code epoll}, {@code io_uring} or {@code nio}. */
    static final String PROPERTY = "sprocket.transport";

    private static final String ACCEPT_MANY = "io.netty.iouring.acceptMultiShotEnabled";
    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);
    private static @Nullable Transport chosen;

    static synchronized Transport get() {
        if (chosen == null) {
            chosen = choose(System.getProperty(PROPERTY));
            LOG.debug("transport selected: transport={} (set -D{}=… to select another)", chosen, PROPERTY);
        }
        return Objects.requireNonNull(chosen);
    }

    static Transport choose(@Nullable String wanted) {
        if (wanted != null) {
            for (Transport transport : values()) {
                if (transport.toString().equals(wanted)) {
                    if (transport.isAvailable()) {
                        return transport;
                    }
                    throw new IllegalStateException(PROPERTY + ": " + wanted + " is not available on this machine");
                }
            }
            throw new IllegalArgumentException(PROPERTY + ": " + wanted + " (expected: epoll, io_uring or nio)");
        }
        for (Transport transport : values()) {
            if (transport.isAvailable()) {
                return transport;
            }
        }
        return NIO;
    }

    abstract boolean isSupported();

    abstract IoHandlerFactory factory();

    /** Returns the factory of TCP sockets: IPv4 only, or IPv6, where {@code ::} includes IPv4. */
    abstract ChannelFactory<ServerChannel> serverChannel(boolean ipv4);

    /** Reports whether {@code 0.0.0.0} and {@code ::} can be two sockets of one port. */
    boolean separatesFamilies() {
        return false;
    }

    abstract Class<? extends ServerChannel> unixServerChannel();

    SocketAddress unixAddress(Path path) {
        return NativeAddress.of(path);
    }

    boolean isAvailable() {
        try {
            return isSupported();
        } catch (LinkageError missing) {
            LOG.debug("transport not on the class path: transport={} cause=\"{}\"", this, missing.toString());
            return false;
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A separate class, because class verification loads types that are converted to a super type. */
    private static final class NativeAddress {
        static SocketAddress of(Path path) {
            return new DomainSocketAddress(path.toString());
        }
    }
}
