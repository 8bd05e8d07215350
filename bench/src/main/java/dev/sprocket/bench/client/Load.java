package dev.sprocket.bench.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Event loop and connections of a load.
 *
 * <p>Methods may be called from any thread except the loop; {@link #connect} must be called on the loop.
 */
public final class Load implements AutoCloseable {
    private static final boolean EPOLL = Epoll.isAvailable();

    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final ReadBuffer reads = new ReadBuffer();
    private final Bootstrap bootstrap = new Bootstrap();

    private final Target target;
    /** Null without TLS. */
    private final @Nullable SslContext tls;

    public Load(Target target) {
        this.target = target;
        this.tls = target.tls() ? trustAll() : null;
        bootstrap
                .group(loop)
                .channel(EPOLL ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true);
        if (tls == null) {
            // TLS keeps parts of a read, so that a buffer cannot be reused
            bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, reads);
        }
        if (EPOLL) {
            bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
        }
    }

    private static SslContext trustAll() {
        try {
            return SslContextBuilder.forClient()
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    public Target target() {
        return target;
    }

    public EventLoop loop() {
        return loop;
    }

    /**
     * Opens a connection from 127.0.0.{@code host}. A failure is reported as a disconnect.
     *
     * @param number number of the connection in its group, which chooses the node
     */
    public void connect(Client client, Client.Listener listener, int host, int number) {
        int port = number % 2 == 1 && target.otherPort() > 0 ? target.otherPort() : target.port();
        bootstrap
                .clone()
                .handler(tls == null ? client : new Encrypted(tls, client))
                .localAddress(new InetSocketAddress("127.0.0." + host, 0))
                .remoteAddress(new InetSocketAddress("127.0.0.1", port))
                .connect()
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        listener.disconnected(client, String.valueOf(done.cause()));
                    }
                });
    }

    /** Puts TLS below a client. */
    private static final class Encrypted extends ChannelInitializer<Channel> {
        private final SslContext tls;
        private final Client client;

        Encrypted(SslContext tls, Client client) {
            this.tls = tls;
            this.client = client;
        }

        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(tls.newHandler(channel.alloc()), client);
        }
    }

    /** Runs a task on the loop and waits for its result. */
    public <T> T callOnLoop(Callable<T> task) throws InterruptedException {
        try {
            return loop.submit(task).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** Runs a task without a result on the loop and waits for it. */
    public void runOnLoop(Runnable task) throws InterruptedException {
        callOnLoop(() -> {
            task.run();
            return 0;
        });
    }

    /** Polls a condition on the loop. Returns false if it is not met within the limit. */
    public boolean await(Duration limit, Callable<Boolean> task) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!callOnLoop(task)) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return true;
    }

    @Override
    public void close() {
        try {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot stop the load", e);
        }
        reads.close();
    }
}
