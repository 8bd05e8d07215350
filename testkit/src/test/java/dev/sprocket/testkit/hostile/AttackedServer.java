package dev.sprocket.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.flow.DropStats;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.testkit.wire.RawClient;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Server for tests of attacks, with one event loop, counted memory, and an adjustable clock.
 *
 * <p>Uses real sockets. A well-behaved WebSocket client is connected during the whole test; the stack must echo its
 * messages.
 *
 * <p>Confined to the test's thread.
 */
final class AttackedServer implements AutoCloseable {
    private final AtomicLong advanced = new AtomicLong();
    private final CountingAllocator allocator = new CountingAllocator();
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicLong peakPendingBytes = new AtomicLong();
    private int connections;
    private final List<DropStats> dropStats = new CopyOnWriteArrayList<>();
    private final EventLoopGroup loop = new AdvancedEventLoop();
    private final Channel server;
    private final RawClient client;

    AttackedServer(MessageComponent<? super Connection, ? super Message> stack) throws Exception {
        this(stack, OutboundLimit.DEFAULT, null);
    }

    /**
     * Starts a server.
     *
     * @param limit limit of pending writes
     * @param reads determines the size of reads; null for the default
     */
    AttackedServer(
            MessageComponent<? super Connection, ? super Message> stack,
            OutboundLimit limit,
            @Nullable RecvByteBufAllocator reads)
            throws Exception {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, IoServer.DEFAULT_BACKLOG)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.SO_SNDBUF, 8 * 1024)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        open.add(channel);
                        count(1);
                        channel.closeFuture().addListener(closed -> count(-1));
                        dropStats.add(IoServer.attach(channel, new PendingBytesRecorder(stack), limit));
                    }
                });
        if (reads != null) {
            bootstrap.childOption(ChannelOption.RECVBUF_ALLOCATOR, reads);
        }
        server = bootstrap
                .bind(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0))
                .sync()
                .channel();
        client = connect().upgrade();
    }

    /** Event loop with an adjustable clock. */
    private final class AdvancedEventLoop extends MultiThreadIoEventLoopGroup {
        AdvancedEventLoop() {
            super(1, NioIoHandler.newFactory());
        }

        @Override
        protected IoEventLoop newChild(Executor executor, IoHandlerFactory factory, Object... args) {
            return new SingleThreadIoEventLoop(this, executor, factory) {
                @Override
                public Ticker ticker() {
                    return clock();
                }
            };
        }
    }

    private Ticker clock() {
        Ticker real = Ticker.systemTicker();
        return new Ticker() {
            @Override
            public long initialNanoTime() {
                return real.initialNanoTime();
            }

            @Override
            public long nanoTime() {
                return real.nanoTime() + advanced.get();
            }

            @Override
            public void sleep(long time, TimeUnit unit) {
                throw new UnsupportedOperationException();
            }
        };
    }

    /** Records the peak of pending bytes after each read. */
    private final class PendingBytesRecorder extends ForwardingComponent<Connection, Message> {
        PendingBytesRecorder(MessageComponent<? super Connection, ? super Message> stack) {
            super(stack);
        }

        @Override
        public void onMessage(Connection from, Message message) throws Exception {
            super.onMessage(from, message);
            long now = PipelineContext.of(from).outbound().pendingBytes();
            peakPendingBytes.accumulateAndGet(now, Math::max);
        }
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    RawClient connect() throws Exception {
        return RawClient.to(port());
    }

    CountingAllocator allocator() {
        return allocator;
    }

    long droppedConnections() {
        return dropStats.stream().mapToLong(DropStats::connections).sum();
    }

    /** Returns the peak of the pending bytes of a connection. */
    long peakPendingBytes() {
        return peakPendingBytes.get();
    }

    private synchronized void count(int change) {
        connections += change;
        notifyAll();
    }

    /** Waits until there are as many connections in addition to the well-behaved client. */
    synchronized void awaitConnections(int expected) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (connections - 1 != expected && System.nanoTime() < end) {
            wait(100);
        }
        assertThat(connections - 1).as("connections").isEqualTo(expected);
    }

    /** Advances the server's clock and waits until due tasks have run. */
    void advance(Duration time) throws Exception {
        advanced.addAndGet(time.toNanos());
        // scheduled on the event loop, so that it runs after all tasks that are due
        loop.submit(() -> loop.schedule(() -> {}, 0, TimeUnit.NANOSECONDS))
                .get()
                .sync();
    }

    /** Asserts that the well-behaved client and a new one are served. All earlier connections are accepted by then. */
    void assertServing() throws Exception {
        client.echoes("still there");
        try (RawClient another = connect()) {
            another.upgrade().echoes("and so am I");
            another.send(true, 8, new byte[] {0x03, (byte) 0xE8});
            assertThat(another.frame()).isEqualTo("8 1000");
            assertThat(another.rest()).isEmpty();
        }
    }

    /** Asserts that all connections are closed and all memory is released, and stops the server. */
    @Override
    public void close() throws Exception {
        try {
            assertServing();
            client.close();
            awaitConnections(-1);
            loop.submit(() -> {}).sync();
            assertThat(allocator.used()).isZero();
        } finally {
            server.close().sync();
            open.close().sync();
            loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }
}
