package dev.sprocket.testkit.proxy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * TCP proxy that cuts, stalls, delays, loses, throttles and resets the connections to one server.
 *
 * <p>Without a fault it forwards bytes unchanged. A fault applies to open and new connections, until {@link #heal}:
 *
 * <pre>{@code
 * var redis = new java.net.InetSocketAddress("127.0.0.1", 6379);
 * try (FaultProxy proxy = FaultProxy.builder(redis).start()) {
 *     String uri = "redis://127.0.0.1:" + proxy.address().getPort();
 *     proxy.stall(FaultProxy.Direction.TO_CLIENT); // the server answers, and nobody receives it
 *     proxy.heal();
 * }
 * }</pre>
 */
@ThreadSafe
public final class FaultProxy implements AutoCloseable {
    /** Direction of bytes. */
    public enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("fault-proxy", true), NioIoHandler.newFactory());
    private final InetSocketAddress server;
    private final Random random;
    private final Set<ProxyLink> links = ConcurrentHashMap.newKeySet();
    private final Channel listening;
    private volatile ProxyFaults faults = ProxyFaults.NONE;

    private FaultProxy(Builder builder) {
        this.server = builder.server;
        this.random = new Random(builder.seed);
        this.listening = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(initializer(this::accept))
                .bind(builder.bind)
                .syncUninterruptibly()
                .channel();
    }

    /** Creates a builder of a proxy in front of a server. */
    public static Builder builder(InetSocketAddress server) {
        return new Builder(server);
    }

    /** Builds a proxy. */
    public static final class Builder {
        private final InetSocketAddress server;
        private InetSocketAddress bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        private long seed = 1;

        private Builder(InetSocketAddress server) {
            this.server = server;
        }

        /** Sets the listening address; a free port of 127.0.0.1 by default. */
        @CanIgnoreReturnValue
        public Builder bind(InetSocketAddress address) {
            bind = address;
            return this;
        }

        /** Sets the seed of random decisions; 1 by default. */
        @CanIgnoreReturnValue
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** Starts the proxy. */
        public FaultProxy start() {
            return new FaultProxy(this);
        }
    }

    private static ChannelHandler initializer(Consumer<Channel> onChannel) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                onChannel.accept(channel);
            }
        };
    }

    private void accept(Channel client) {
        if (faults.isCut() || lost()) {
            reset(client);
            return;
        }
        Bootstrap toServer = new Bootstrap()
                .group(client.eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .handler(initializer(channel -> {
                    ProxyLink link = new ProxyLink(client, channel, faults);
                    links.add(link);
                    client.closeFuture().addListener(closed -> links.remove(link));
                }));
        toServer.connect(server).addListener(connected -> {
            if (!connected.isSuccess()) {
                reset(client);
            } else {
                links.stream().filter(link -> link.isOf(client)).forEach(ProxyLink::start);
            }
        });
    }

    private boolean lost() {
        return random.nextDouble() < faults.loss();
    }

    static void reset(Channel channel) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        var unused = channel.close();
    }

    /** Runs on the event loop, where connections are accepted. */
    private void apply(UnaryOperator<ProxyFaults> change) {
        group.submit(() -> {
                    faults = change.apply(faults);
                    links.forEach(link -> link.apply(faults));
                })
                .syncUninterruptibly();
    }

    /** Returns the listening address. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    /** Returns the number of open connections. */
    public int connections() {
        return links.size();
    }

    /** Resets all connections, and each new one. */
    public void cut() {
        apply(now -> now.cut(true));
        reset();
    }

    /** Resets all connections; new ones are forwarded. */
    public void reset() {
        group.submit(() -> links.forEach(ProxyLink::reset)).syncUninterruptibly();
    }

    /** Stops forwarding in one direction. Connections stay open. */
    public void stall(Direction direction) {
        apply(now -> now.stall(direction));
    }

    /** Delays all bytes, in both directions. */
    public void delay(Duration time) {
        apply(now -> now.delay(time.toMillis()));
    }

    /** Limits each direction of each connection, in bytes per second. */
    public void throttle(int bytesPerSecond) {
        apply(now -> now.throttle(bytesPerSecond));
    }

    /**
     * Loses connections: each new one with a probability, and once per second each open one.
     *
     * @param probability from 0 to 1
     */
    public void loseConnections(double probability) {
        apply(now -> now.loss(probability));
        var unused = group.schedule(this::loseSome, 1, TimeUnit.SECONDS);
    }

    private void loseSome() {
        if (faults.loss() > 0) {
            links.stream().filter(link -> lost()).forEach(ProxyLink::reset);
            var unused = group.schedule(this::loseSome, 1, TimeUnit.SECONDS);
        }
    }

    /** Ends all faults. Stalled bytes are forwarded now. */
    public void heal() {
        apply(now -> ProxyFaults.NONE);
    }

    /** Closes all connections, and stops listening. */
    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        reset();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
