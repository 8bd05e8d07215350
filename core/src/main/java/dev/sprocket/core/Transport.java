package dev.sprocket.core;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How sockets are served on this machine; the first that works, in this order (see ADR 0003). */
enum Transport {
    EPOLL(Epoll::isAvailable, EpollIoHandler::newFactory, EpollServerSocketChannel.class),
    IO_URING(IoUring::isAvailable, IoUringIoHandler::newFactory, IoUringServerSocketChannel.class),
    NIO(() -> true, NioIoHandler::newFactory, NioServerSocketChannel.class);

    /** The system property that asks for one by name: {@code epoll}, {@code io_uring} or {@code nio}. */
    static final String PROPERTY = "sprocket.transport";

    private static final Logger LOG = LoggerFactory.getLogger(IoServer.class);
    private static @Nullable Transport chosen;

    private final BooleanSupplier available;
    private final Supplier<IoHandlerFactory> factory;
    private final Class<? extends ServerChannel> serverChannel;

    Transport(
            BooleanSupplier available,
            Supplier<IoHandlerFactory> factory,
            Class<? extends ServerChannel> serverChannel) {
        this.available = available;
        this.factory = factory;
        this.serverChannel = serverChannel;
    }

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
                    if (transport.available.getAsBoolean()) {
                        return transport;
                    }
                    throw new IllegalStateException(PROPERTY + ": " + wanted + " does not work on this machine");
                }
            }
            throw new IllegalArgumentException(PROPERTY + ": " + wanted + " (expected: epoll, io_uring or nio)");
        }
        for (Transport transport : values()) {
            if (transport.available.getAsBoolean()) {
                return transport;
            }
        }
        return NIO;
    }

    IoHandlerFactory factory() {
        return factory.get();
    }

    Class<? extends ServerChannel> serverChannel() {
        return serverChannel;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
