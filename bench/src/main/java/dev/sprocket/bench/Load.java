package dev.sprocket.bench;

import io.netty.bootstrap.Bootstrap;
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
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The event loop that all connections of a load live on, and how they are made.
 *
 * <p>Threads: any, but for {@link #connect}, which is its loop's.
 */
final class Load implements AutoCloseable {
    private static final boolean EPOLL = Epoll.isAvailable();

    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final ReadBuffer reads = new ReadBuffer();
    private final Bootstrap bootstrap = new Bootstrap();

    Load(int port) {
        bootstrap
                .group(loop)
                .channel(EPOLL ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, reads)
                .remoteAddress(new InetSocketAddress("127.0.0.1", port));
        if (EPOLL) {
            bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
        }
    }

    EventLoop loop() {
        return loop;
    }

    /** Opens a connection from 127.0.0.{@code host}; a failure is told as a loss. */
    void connect(Client client, Client.Listener listener, int host) {
        bootstrap
                .clone()
                .handler(client)
                .localAddress(new InetSocketAddress("127.0.0." + host, 0))
                .connect()
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        listener.lost(client, String.valueOf(done.cause()));
                    }
                });
    }

    /** Runs something on the loop and waits for it. */
    <T> T ask(Callable<T> question) throws InterruptedException {
        try {
            return loop.submit(question).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** As above, for what has no answer. */
    void tell(Runnable task) throws InterruptedException {
        ask(() -> {
            task.run();
            return 0;
        });
    }

    /** Asks every few milliseconds, and returns whether the answer was yes in time. */
    boolean await(Duration limit, Callable<Boolean> question) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!ask(question)) {
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
            throw new IllegalStateException("the load does not end", e);
        }
        reads.close();
    }
}
