package dev.sprocket.core;

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
 * How sockets are served on this machine; the first that works, in this order (see ADR 0003). Netty's classes for epoll
 * and io_uring are touched when asked for only, so that NIO works where their jars are missing.
 */
@ThreadSafe
enum Transport {
    EPOLL {
        @Override
        boolean works() {
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
        boolean works() {
            // one operation for many connections cannot be held back: after an error Netty starts it again at once
            if (System.getProperty(ACCEPT_MANY) == null) {
                System.setProperty(ACCEPT_MANY, "false");
            }
            return IoUring.isAvailable();
        }

        @Override
        IoHandlerFactory factory() {
            return IoUringIoHandler.newFactory();
        }

        /** Netty has no socket for IPv4 alone here: {@code 0.0.0.0} is {@code ::}, and says so. */
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
        boolean works() {
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

    /** The system property that asks for one by name: {@code epoll}, {@code io_uring} or {@code nio}. */
    static final String PROPERTY = "sprocket.transport";

    private static final String ACCEPT_MANY = "io.netty.iouring.acceptMultiShotEnabled";
    private static final Logger LOG = LoggerFactory.getLogger(IoServer.class);
    private static @Nullable Transport chosen;

    static synchronized Transport get() {
        if (chosen == null) {
            chosen = choose(System.getProperty(PROPERTY));
            LOG.info("transport: {} (-D{}=… asks for another)", chosen, PROPERTY);
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
                    throw new IllegalStateException(PROPERTY + ": " + wanted + " does not work on this machine");
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

    abstract boolean works();

    abstract IoHandlerFactory factory();

    /** Makes TCP sockets: for IPv4 alone, or for IPv6, which {@code ::} has IPv4 in, too. */
    abstract ChannelFactory<ServerChannel> serverChannel(boolean ipv4);

    /** Whether {@code 0.0.0.0} and {@code ::} can be two sockets of one port. */
    boolean separatesFamilies() {
        return false;
    }

    abstract Class<? extends ServerChannel> unixServerChannel();

    SocketAddress unixAddress(Path path) {
        return NativeAddress.of(path);
    }

    boolean isAvailable() {
        try {
            return works();
        } catch (LinkageError missing) {
            LOG.debug("{} is not there: {}", this, missing.toString());
            return false;
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Apart, since the check of a class loads what it turns into a super type. */
    private static final class NativeAddress {
        static SocketAddress of(Path path) {
            return new DomainSocketAddress(path.toString());
        }
    }
}
