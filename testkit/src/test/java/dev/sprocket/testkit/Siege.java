package dev.sprocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.DropStats;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.OutboundLimit;
import dev.sprocket.core.spi.PipelineContext;
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
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A server under attack: real sockets, one event loop for attackers and everybody else, memory that is counted, and a clock
 * that can be moved on. An honest WebSocket client, for which the stack must be an echo, is there all the time.
 *
 * <p>Confined to the test's thread.
 */
final class Siege implements AutoCloseable {
    private final AtomicLong passed = new AtomicLong();
    private final CountedMemory memory = new CountedMemory();
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicLong waiting = new AtomicLong();
    private int connections;
    private final DropStats losses = new DropStats();
    private final EventLoopGroup loop = new Loop();
    private final Channel server;
    private final RawClient honest;

    Siege(MessageComponent<? super Connection, ? super Message> stack) throws Exception {
        this(stack, OutboundLimit.DEFAULT, null);
    }

    /** With a limit to what may wait for a peer, and something else to decide how much is read at once. */
    Siege(
            MessageComponent<? super Connection, ? super Message> stack,
            OutboundLimit limit,
            @Nullable RecvByteBufAllocator reads)
            throws Exception {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, IoServer.DEFAULT_BACKLOG)
                .childOption(ChannelOption.ALLOCATOR, memory)
                .childOption(ChannelOption.SO_SNDBUF, 8 * 1024)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        open.add(channel);
                        count(1);
                        channel.closeFuture().addListener(closed -> count(-1));
                        IoServer.attach(channel, new Gauge(stack), limit, losses);
                    }
                });
        if (reads != null) {
            bootstrap.childOption(ChannelOption.RECVBUF_ALLOCATOR, reads);
        }
        server = bootstrap
                .bind(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0))
                .sync()
                .channel();
        honest = connect().upgrade();
    }

    /** Netty's own loop under a clock that runs ahead. */
    private final class Loop extends MultiThreadIoEventLoopGroup {
        Loop() {
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
                return real.nanoTime() + passed.get();
            }

            @Override
            public void sleep(long time, TimeUnit unit) {
                throw new UnsupportedOperationException();
            }
        };
    }

    /** Notes, after each read, how much waits for the peer. */
    private final class Gauge extends ForwardingComponent<Connection, Message> {
        Gauge(MessageComponent<? super Connection, ? super Message> stack) {
            super(stack);
        }

        @Override
        public void onMessage(Connection from, Message message) throws Exception {
            super.onMessage(from, message);
            long now = PipelineContext.of(from).outbound().pendingBytes();
            waiting.accumulateAndGet(now, Math::max);
        }
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    RawClient connect() throws Exception {
        return RawClient.to(port());
    }

    CountedMemory memory() {
        return memory;
    }

    DropStats losses() {
        return losses;
    }

    /** The most that has waited for any one peer. */
    long mostWaiting() {
        return waiting.get();
    }

    private synchronized void count(int more) {
        connections += more;
        notifyAll();
    }

    /** Returns when there are as many connections, beside the honest one. */
    synchronized void awaitConnections(int expected) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (connections - 1 != expected && System.nanoTime() < end) {
            wait(100);
        }
        assertThat(connections - 1).as("connections").isEqualTo(expected);
    }

    /** Lets time pass, as the server sees it. */
    void advance(Duration time) throws Exception {
        passed.addAndGet(time.toNanos());
        // asked for on the loop, so that it comes behind all that is due by now
        loop.submit(() -> loop.schedule(() -> {}, 0, TimeUnit.NANOSECONDS))
                .get()
                .sync();
    }

    /** The honest client is still served, and so is a new one: after this, all who connected before have been accepted. */
    void serves() throws Exception {
        honest.echoes("still there");
        try (RawClient another = connect()) {
            another.upgrade().echoes("and so am I");
            another.send(true, 8, new byte[] {0x03, (byte) 0xE8});
            assertThat(another.frame()).isEqualTo("8 1000");
            assertThat(another.rest()).isEmpty();
        }
    }

    /** The attack is over: all are gone, and gave everything back. */
    @Override
    public void close() throws Exception {
        try {
            serves();
            honest.close();
            awaitConnections(-1);
            loop.submit(() -> {}).sync();
            assertThat(memory.used()).isZero();
        } finally {
            server.close().sync();
            open.close().sync();
            loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }
}
