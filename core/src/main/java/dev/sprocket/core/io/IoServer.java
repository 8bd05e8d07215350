package dev.sprocket.core.io;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.flow.DropStats;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.ProtocolLayer;
import dev.sprocket.core.tls.Tls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a component on a TCP port; the outermost part of a stack.
 *
 * <pre>{@code
 * new IoServer(8080, new HttpServer(new WsServer(new Chat()))).run();
 * }</pre>
 *
 * <p>Callbacks run on its {@link EventLoops}.
 */
@ThreadSafe
public final class IoServer implements Endpoint {
    /** Default host: the loopback address. */
    public static final String DEFAULT_HOST = "127.0.0.1";
    /** Default number of connections that wait to be accepted: 4,096, or the system's maximum. */
    public static final int DEFAULT_BACKLOG = 4096;
    /** Default limit of the bytes that are pending for a slow reader: 1 MiB. */
    public static final long DEFAULT_OUTBOUND_LIMIT = OutboundLimit.DEFAULT_BYTES;

    /** Longest deadline; its nanoseconds fit into a long. */
    private static final Duration MAX_DEADLINE = Duration.ofDays(1);

    private static final Logger LOG = LoggerFactory.getLogger(IoServer.class);
    private static final PeerLog PEER_LOG = PeerLog.of(IoServer.class);

    private final ListeningSockets listeners;
    private final EventLoops loops;
    private final IoOptions options;
    private final MessageComponent<? super Connection, ? super Message> app;
    /** Uses a third of the memory of a concurrent set. The lock is held only briefly. */
    private final Set<Channel> open = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    /** Shared by all connections, because each one keeps a reference. */
    private final ChannelFutureListener removeOnClose;

    private final ConnectionLimit limit;

    private final DropCounter dropStats = new DropCounter();
    /** Numbers of this server for metrics. */
    private final CoreMetrics.Server numbers;

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closed;

    /**
     * Creates a server on 127.0.0.1 with one event loop per core.
     *
     * @param port 0 selects a free port
     */
    public IoServer(int port, MessageComponent<? super Connection, ? super Message> app) {
        this(DEFAULT_HOST, port, app);
    }

    /**
     * Creates a server on one address of this machine.
     *
     * @param host {@code 0.0.0.0} for all IPv4 addresses, {@code ::} for all addresses
     */
    public IoServer(String host, int port, MessageComponent<? super Connection, ? super Message> app) {
        this(host, port, EventLoops.perCore(), app);
    }

    /** Creates a server on event loops that may be shared with other endpoints. */
    public IoServer(
            String host, int port, EventLoops loops, MessageComponent<? super Connection, ? super Message> app) {
        this(new ListeningSockets(List.of(new TcpAddress(host, port)), DEFAULT_BACKLOG), loops, IoOptions.DEFAULT, app);
    }

    IoServer(
            ListeningSockets listeners,
            EventLoops loops,
            IoOptions options,
            MessageComponent<? super Connection, ? super Message> app) {
        this.listeners = listeners;
        this.loops = loops;
        this.options = options.withInbound(loops.inbound());
        this.app = app;
        this.limit = loops.connections();
        boolean tls = options.tls() != null;
        this.removeOnClose = future -> {
            open.remove(future.channel());
            limit.closed(tls);
            CoreMetrics.closed();
        };
        this.numbers = new ServerNumbers(open, options.tls());
    }

    /** Creates a builder for a server with several addresses, TLS, or custom limits. */
    public static Builder builder(MessageComponent<? super Connection, ? super Message> app) {
        return new Builder(app);
    }

    @Override
    public synchronized void start() throws IOException {
        if (listeners.isOpen() || closed) {
            throw new IllegalStateException("already " + (closed ? "closed" : "started"));
        }
        EventLoopGroup group = loops.acquire();
        try {
            listeners.open(group, loops.transport(), this::accept);
            CoreMetrics.SERVERS.add(numbers);
        } catch (IOException | RuntimeException e) {
            loops.release();
            throw e;
        }
        LOG.debug("listening: addresses={}", listeners);
    }

    private void accept(Channel channel) {
        boolean tls = options.tls() != null;
        if (!limit.tryOpen(tls)) {
            refuse(channel, tls);
            return;
        }
        CoreMetrics.ACCEPTED.increment();
        CoreMetrics.opened();
        open.add(channel);
        channel.closeFuture().addListener(removeOnClose);
        if (closed) {
            channel.close();
            return;
        }
        ConnectionInitializer.attach(channel, app, options, dropStats);
    }

    private void refuse(Channel channel, boolean tls) {
        CoreMetrics.REFUSED.increment(CoreMetrics.Refusal.MAX_CONNECTIONS);
        PeerInfo peer = PeerInfo.of(channel);
        boolean http = !tls
                && options.proxy() == null
                && ForwardingComponent.find(app, ProtocolLayer.class)
                        .filter(IoServer::isHttp)
                        .isPresent();
        PEER_LOG.warn(
                peer.remote(),
                "connection refused, too many for the memory: peer={} limit={} (raise max-connections or the heap)",
                peer.name(),
                limit.connections(tls));
        ConnectionRefusal.refuse(channel, http);
    }

    private static boolean isHttp(ProtocolLayer<?> layer) {
        return layer.applicationProtocols().contains("http/1.1");
    }

    /**
     * Serves a component on an existing channel, such as Netty's {@code EmbeddedChannel}.
     *
     * <p>For tests without a socket. Called on the channel's event loop.
     */
    public static void attach(Channel channel, MessageComponent<? super Connection, ? super Message> app) {
        attach(channel, app, OutboundLimit.DEFAULT);
    }

    /**
     * Serves a component on an existing channel with a limit.
     *
     * @param limit limit of the bytes that are pending for a slow reader
     * @return counters of what is lost because the channel is written too slowly
     */
    @CanIgnoreReturnValue
    public static DropStats attach(
            Channel channel, MessageComponent<? super Connection, ? super Message> app, OutboundLimit limit) {
        DropCounter counter = new DropCounter();
        CoreMetrics.opened();
        channel.closeFuture().addListener(closed -> CoreMetrics.closed());
        ConnectionInitializer.attach(channel, app, new IoOptions(limit, null, null, List.of()), counter);
        return counter;
    }

    /** Returns the address of the load balancer that sent a PROXY header, if any. */
    public static Optional<SocketAddress> proxyAddress(Connection conn) {
        return ProxyProtocol.PROXY.find(conn);
    }

    /** Returns the counters of one connection. They are zero for a connection without a socket. */
    public static DropStats dropStats(Connection conn) {
        return PipelineContext.find(conn)
                .map(context -> context.outbound().dropStats())
                .orElseGet(DropCounter::new);
    }

    /** Returns the counters of messages and connections lost to slow readers. */
    public DropStats dropStats() {
        return dropStats;
    }

    /** Starts the server and blocks until another thread closes it. */
    public void run() throws IOException, InterruptedException {
        start();
        join();
    }

    /** Blocks until another thread closes the server. */
    public void join() throws InterruptedException {
        ended.await();
    }

    /**
     * Stops accepting, asks every connection to close, and waits for them.
     *
     * <p>Connections that remain at the deadline are aborted, counted and logged. More than a hundred connections are
     * asked one by one during the first half of the deadline, unless it is shorter than two seconds, so that their
     * clients do not all reconnect at once. A deadline of more than a day counts as a day.
     *
     * <p>If called on an event loop of this server, which must not wait for itself, it returns immediately and closes
     * in the background.
     */
    @Override
    public void close(Duration deadline) {
        closeWithin(deadline.compareTo(MAX_DEADLINE) < 0 ? deadline : MAX_DEADLINE);
    }

    private void closeWithin(Duration deadline) {
        boolean started;
        boolean first;
        synchronized (this) {
            first = !closed;
            closed = true;
            started = listeners.isOpen();
        }
        if (loops.containsCurrentThread()) {
            if (first) {
                new Thread(() -> stop(started, deadline), "sprocket-close").start();
            }
        } else if (first) {
            stop(started, deadline);
        } else {
            await(deadline);
        }
    }

    private void stop(boolean started, Duration deadline) {
        try {
            if (started) {
                listeners.close();
                new GracefulShutdown(open, deadline).run();
                CoreMetrics.SERVERS.remove(numbers);
                loops.release();
            }
        } finally {
            ended.countDown();
        }
    }

    /** Waits while another thread closes the server. */
    private void await(Duration deadline) {
        try {
            if (!ended.await(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.debug("close deadline exceeded: deadlineMs={}", deadline.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the first address; see {@link #addresses}. */
    @Override
    public SocketAddress address() {
        return addresses().get(0);
    }

    /** Returns all addresses in the order of configuration, with the actual ports. */
    public synchronized List<SocketAddress> addresses() {
        if (!listeners.isOpen()) {
            throw new IllegalStateException("not started");
        }
        return listeners.addresses();
    }

    /** Returns the port of the first address that has one. Throws {@link IllegalStateException} if none has. */
    public int port() {
        for (SocketAddress address : addresses()) {
            if (address instanceof InetSocketAddress inet) {
                return inet.getPort();
            }
        }
        throw new IllegalStateException("no port (listens on " + listeners + ")");
    }

    /**
     * Builder of an {@link IoServer} with several addresses, TLS or custom limits.
     *
     * <pre>{@code
     * IoServer.builder(app).bind("127.0.0.1", 8080).bind("::1", 8080).loops(loops).build().run();
     * }</pre>
     *
     * <p>All settings apply to all addresses of the server; two servers on the same {@link EventLoops} may differ.
     *
     * <p>Not thread-safe.
     */
    public static final class Builder {
        private final MessageComponent<? super Connection, ? super Message> app;
        private final List<ListenAddress> addresses = new ArrayList<>();
        private EventLoops loops = EventLoops.perCore();
        private boolean ipv6Only;
        private int backlog = IoServer.DEFAULT_BACKLOG;
        private @Nullable Tls tls;
        private @Nullable ProxyProtocol proxy;
        private OutboundLimit outbound = OutboundLimit.DEFAULT;

        Builder(MessageComponent<? super Connection, ? super Message> app) {
            this.app = app;
        }

        /**
         * Adds a TCP address.
         *
         * @param host {@code 0.0.0.0} for all IPv4 addresses; {@code ::} for all addresses, or for IPv6 only if
         *     {@code 0.0.0.0} has the same port
         * @param port 0 selects a free port; 0-65535, else {@link IllegalArgumentException}
         */
        @CanIgnoreReturnValue
        public Builder bind(String host, int port) {
            addresses.add(new TcpAddress(host, port));
            return this;
        }

        /**
         * Adds a TCP address on 127.0.0.1.
         *
         * @param port 0 selects a free port; 0-65535, else {@link IllegalArgumentException}
         */
        @CanIgnoreReturnValue
        public Builder bind(int port) {
            return bind(IoServer.DEFAULT_HOST, port);
        }

        /**
         * Adds a Unix domain socket, for clients of this machine.
         *
         * <p>The file is created at the start, replacing one without a listening server, and removed at the end. It is
         * the remote address of its connections. On epoll a client that ended its stream may continue to read; on other
         * transports its connection is closed.
         *
         * @param path at most 107 bytes, else {@link IllegalArgumentException}
         */
        @CanIgnoreReturnValue
        public Builder unix(Path path) {
            addresses.add(new UnixAddress(path, null));
            return this;
        }

        /**
         * Adds a Unix domain socket with file permissions.
         *
         * <p>The file never exists with other permissions; it is created in a temporary directory next to the path,
         * which takes up to 12 of the 107 bytes.
         *
         * @param permissions such as {@code rw-rw----}; without them the process' umask applies
         */
        @CanIgnoreReturnValue
        public Builder unix(Path path, String permissions) {
            addresses.add(new UnixAddress(path, PosixFilePermissions.fromString(permissions)));
            return this;
        }

        /** Lets {@code ::} listen on IPv6 only, so that another server can use {@code 0.0.0.0}. Requires epoll. */
        @CanIgnoreReturnValue
        public Builder ipv6Only() {
            this.ipv6Only = true;
            return this;
        }

        /** Sets event loops that may be shared with other endpoints. The default is one loop per core. */
        @CanIgnoreReturnValue
        public Builder loops(EventLoops shared) {
            this.loops = shared;
            return this;
        }

        /** Sets the number of connections that wait to be accepted, per address. Default: 4,096. */
        @CanIgnoreReturnValue
        public Builder backlog(int connections) {
            if (connections < 1) {
                throw new IllegalArgumentException("backlog: " + connections + " (expected: >= 1)");
            }
            this.backlog = connections;
            return this;
        }

        /** Enables TLS for all connections. */
        @CanIgnoreReturnValue
        public Builder tls(Tls certificate) {
            this.tls = certificate;
            return this;
        }

        /**
         * Accepts connections only from trusted load balancers that send a PROXY header.
         *
         * <p>Versions 1 and 2. {@link Connection#remoteAddress} is then the address in the header, which must arrive
         * within ten seconds. All other connections are closed. A proxy that speaks for itself, as in health checks
         * ({@code LOCAL}, {@code UNKNOWN}), keeps its own address; peers of a Unix domain socket may always send a
         * header.
         *
         * @param trusted addresses, ranges such as {@code 10.0.0.0/8}, or {@code unix}, else
         *     {@link IllegalArgumentException}
         */
        @CanIgnoreReturnValue
        public Builder requireProxyProtocol(String... trusted) {
            this.proxy = ProxyProtocol.required(trusted);
            return this;
        }

        /**
         * Accepts PROXY headers from trusted load balancers; other connections keep their own address.
         *
         * <p>A connection from a trusted address opens with its first bytes, so protocols in which the server speaks
         * first do not work from there.
         *
         * @param trusted as for {@link #requireProxyProtocol}
         */
        @CanIgnoreReturnValue
        public Builder acceptProxyProtocol(String... trusted) {
            this.proxy = ProxyProtocol.optional(trusted);
            return this;
        }

        // ---- outbound limit

        /** Sets the limit of pending bytes beyond which a slow reader's connection is closed. Default: 1 MiB. */
        @CanIgnoreReturnValue
        public Builder outboundLimit(long bytes) {
            return outboundLimit(new OutboundLimit(bytes, OutboundLimit.Overflow.CLOSE));
        }

        /** Sets the limit of bytes that are pending for a slow reader, and its policy. */
        @CanIgnoreReturnValue
        public Builder outboundLimit(OutboundLimit limit) {
            this.outbound = limit;
            return this;
        }

        // ----

        private static List<String> protocols(ProtocolLayer<?> layer) {
            return layer.applicationProtocols();
        }

        /** Creates the server without starting it. Throws {@link IllegalStateException} without an address. */
        public IoServer build() {
            if (addresses.isEmpty()) {
                throw new IllegalStateException("no listen address (expected: bind before build)");
            }
            List<String> applicationProtocols = ForwardingComponent.find(app, ProtocolLayer.class)
                    .map(Builder::protocols)
                    .orElse(List.of());
            List<ListenAddress> all = addresses.stream()
                    .map(one -> ipv6Only && one instanceof TcpAddress tcp ? tcp.ipv6Only() : one)
                    .toList();
            return new IoServer(
                    new ListeningSockets(all, backlog),
                    loops,
                    new IoOptions(outbound, tls, proxy, applicationProtocols),
                    app);
        }
    }
}
