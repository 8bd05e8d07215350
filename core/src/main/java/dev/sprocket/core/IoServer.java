package dev.sprocket.core;

import dev.sprocket.core.spi.Ending;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a component on a TCP port: the outermost brick of a stack.
 *
 * <pre>{@code
 * new IoServer(8080, new HttpServer(new WsServer(new Chat()))).run();
 * }</pre>
 *
 * <p>Threads: any; callbacks run on its {@link Loops}.
 */
public final class IoServer implements Endpoint {
    /** Where it listens unless told otherwise: this machine only. */
    public static final String DEFAULT_HOST = "127.0.0.1";
    /** How many bytes may wait for a peer that does not read: 1 MiB. */
    public static final long DEFAULT_OUTBOUND_LIMIT = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(IoServer.class);

    private final InetSocketAddress wanted;
    private final Loops loops;
    private final MessageComponent<? super Connection, ? super Message> app;
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable Channel listening;
    private boolean closed;

    /** Serves on 127.0.0.1, with one event loop for each core; port 0 takes a free one. */
    public IoServer(int port, MessageComponent<? super Connection, ? super Message> app) {
        this(DEFAULT_HOST, port, app);
    }

    /** Serves on one address of this machine; {@code 0.0.0.0} or {@code ::} is all of them. */
    public IoServer(String host, int port, MessageComponent<? super Connection, ? super Message> app) {
        this(host, port, Loops.perCore(), app);
    }

    /** As above, on loops that may be shared with other endpoints. */
    public IoServer(String host, int port, Loops loops, MessageComponent<? super Connection, ? super Message> app) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0-65535)");
        }
        this.wanted = new InetSocketAddress(host, port);
        this.loops = loops;
        this.app = app;
    }

    @Override
    public synchronized void start() throws IOException {
        if (listening != null || closed) {
            throw new IllegalStateException("already " + (closed ? "closed" : "started"));
        }
        if (wanted.isUnresolved()) {
            throw new IOException("unknown host: " + wanted.getHostString());
        }
        EventLoopGroup group = loops.acquire();
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(loops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 4096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                // a client that has sent all it wants to send may still be reading
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(wanted)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.release();
            throw new IOException(
                    "cannot listen on " + wanted.getHostString() + ":" + wanted.getPort() + ": "
                            + (bound.cause() == null
                                    ? "cancelled"
                                    : bound.cause().getMessage()),
                    bound.cause());
        }
        listening = bound.channel();
        LOG.debug("listening on {}", listening.localAddress());
    }

    private void accept(Channel channel) {
        open.add(channel);
        channel.closeFuture().addListener(done -> open.remove(channel));
        attach(channel, app);
    }

    /**
     * Serves a component on a channel that was made elsewhere, such as Netty's {@code EmbeddedChannel}: how a stack is
     * tested without a socket. On the channel's event loop.
     */
    public static void attach(Channel channel, MessageComponent<? super Connection, ? super Message> app) {
        channel.pipeline().addLast(new IoHandler(app, DEFAULT_OUTBOUND_LIMIT));
    }

    /** Starts, and returns when it was closed by another thread. */
    public void run() throws IOException, InterruptedException {
        start();
        join();
    }

    /** Returns when it was closed by another thread. */
    public void join() throws InterruptedException {
        ended.await();
    }

    /** Stops accepting, tells every connection, and waits for them; those that are left at the deadline are cut. */
    @Override
    public void close(Duration deadline) {
        Channel server;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            server = listening;
        }
        try {
            if (server != null) {
                server.close().awaitUninterruptibly();
                for (Channel channel : open) {
                    channel.eventLoop().execute(() -> channel.pipeline()
                            .fireUserEventTriggered(new Ending(Ending.Cause.SERVER_STOPS)));
                }
                long end = System.nanoTime() + deadline.toNanos();
                for (Channel channel : open) {
                    channel.closeFuture()
                            .awaitUninterruptibly(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                }
                for (Channel channel : open) {
                    LOG.info("{} cut: did not end within {}", channel.remoteAddress(), deadline);
                    channel.close().awaitUninterruptibly();
                }
                loops.release();
            }
        } finally {
            ended.countDown();
        }
    }

    @Override
    public synchronized SocketAddress address() {
        if (listening == null) {
            throw new IllegalStateException("not started");
        }
        return listening.localAddress();
    }

    /** The port that was really bound. */
    public int port() {
        return ((InetSocketAddress) address()).getPort();
    }
}
