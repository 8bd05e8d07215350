package dev.sprocket.server.internal.command;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the state of the service to systemd, like {@code sd_notify(3)}.
 *
 * <p>It sends datagrams to the Unix domain socket in {@code NOTIFY_SOCKET} by Netty's epoll transport, since the JDK
 * has no such channel. Without that variable or without epoll it does nothing.
 */
@ThreadSafe
final class SystemdNotifier {
    private static final Logger LOG = LoggerFactory.getLogger(SystemdNotifier.class);
    private static final long TIMEOUT_SECONDS = 5;

    private final @Nullable String socket;

    /**
     * Creates a notifier.
     *
     * @param socket path, or {@code @} and a name in the abstract namespace; null for none
     */
    SystemdNotifier(@Nullable String socket) {
        this.socket = socket == null || socket.isEmpty() ? null : socket;
    }

    /** Returns the notifier of this process, configured by {@code NOTIFY_SOCKET}. */
    static SystemdNotifier ofEnvironment() {
        return new SystemdNotifier(System.getenv("NOTIFY_SOCKET"));
    }

    /** Reports that all listeners are bound, or that {@link #reloading} ended. */
    void ready() {
        send("READY=1\nSTATUS=Serving\n");
    }

    /** Reports that the configuration is being reloaded. */
    void reloading() {
        // CLOCK_MONOTONIC, which Type=notify-reload compares
        send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime())
                + "\nSTATUS=Reloading\n");
    }

    /** Reports that connections are being closed. */
    void stopping() {
        send("STOPPING=1\nSTATUS=Draining\n");
    }

    private void send(String state) {
        if (socket == null) {
            return;
        }
        try {
            if (!Epoll.isAvailable()) {
                LOG.warn(
                        "systemd not notified, the start of its unit will time out: socket={} cause=\"epoll is not"
                                + " available\" (set Type=simple)",
                        socket);
                return;
            }
            EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
            try {
                deliver(group, address(socket), state).ifPresent(this::failed);
            } finally {
                group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | LinkageError e) {
            failed(e);
        }
    }

    private void failed(Throwable cause) {
        LOG.warn(
                "systemd not notified, the start of its unit will time out: socket={} cause=\"{}\""
                        + " (check the socket, or set Type=simple)",
                socket,
                cause.toString());
    }

    private static DomainSocketAddress address(String socket) {
        return new DomainSocketAddress(socket.startsWith("@") ? "\0" + socket.substring(1) : socket);
    }

    /** Sends a state; returns the failure, if any. */
    private static Optional<Throwable> deliver(EventLoopGroup group, DomainSocketAddress to, String state)
            throws InterruptedException {
        ChannelFuture connected = new Bootstrap()
                .group(group)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(to);
        Channel channel = connected.channel();
        try {
            if (!connected.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                return Optional.of(new IllegalStateException("not connected within " + TIMEOUT_SECONDS + " s"));
            }
            if (!connected.isSuccess()) {
                return Optional.of(connected.cause());
            }
            ChannelFuture sent = channel.writeAndFlush(Unpooled.copiedBuffer(state, StandardCharsets.UTF_8));
            if (!sent.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                return Optional.of(new IllegalStateException("not sent within " + TIMEOUT_SECONDS + " s"));
            }
            return Optional.ofNullable(sent.cause());
        } finally {
            channel.close();
        }
    }
}
