package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a component on a TCP port: the outermost brick of a stack.
 *
 * <pre>{@code
 * new IoServer(8080, new HttpServer(new WsServer(new Chat()))).run();
 * }</pre>
 *
 * <p>Callbacks run on its {@link EventLoops}.
 */
@ThreadSafe
public final class IoServer implements Endpoint {
    /** Where it listens unless told otherwise: this machine only. */
    public static final String DEFAULT_HOST = "127.0.0.1";
    /** How many connections wait to be accepted: 4,096, or what the system allows. */
    public static final int DEFAULT_BACKLOG = 4096;
    /** How many bytes may wait for a peer that does not read: 1 MiB. */
    public static final long DEFAULT_OUTBOUND_LIMIT = 1 << 20;

    /** More than anybody waits, and still a number of nanoseconds. */
    private static final Duration LONGEST_CLOSE = Duration.ofDays(1);

    private static final Logger LOG = LoggerFactory.getLogger(IoServer.class);

    private final ListeningSockets listeners;
    private final EventLoops loops;
    private final IoOptions options;
    private final MessageComponent<? super Connection, ? super Message> app;
    /** A third of the memory that a concurrent one takes; who comes and who goes need it for no longer than a moment. */
    private final Set<Channel> open = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    /** One for all: each connection keeps it. */
    private final ChannelFutureListener forget = future -> open.remove(future.channel());

    private final DropStats losses = new DropStats();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closed;

    /** Serves on 127.0.0.1, with one event loop for each core; port 0 takes a free one. */
    public IoServer(int port, MessageComponent<? super Connection, ? super Message> app) {
        this(DEFAULT_HOST, port, app);
    }

    /** Serves on one address of this machine; {@code 0.0.0.0} is all of IPv4, {@code ::} all of both families. */
    public IoServer(String host, int port, MessageComponent<? super Connection, ? super Message> app) {
        this(host, port, EventLoops.perCore(), app);
    }

    /** As above, on loops that may be shared with other endpoints. */
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
        this.options = options.with(loops.inbound());
        this.app = app;
    }

    /** For a server with several addresses, TLS, or limits of its own. */
    public static IoServerBuilder builder(MessageComponent<? super Connection, ? super Message> app) {
        return new IoServerBuilder(app);
    }

    @Override
    public synchronized void start() throws IOException {
        if (listeners.isOpen() || closed) {
            throw new IllegalStateException("already " + (closed ? "closed" : "started"));
        }
        EventLoopGroup group = loops.acquire();
        try {
            listeners.open(group, loops.transport(), this::accept);
        } catch (IOException | RuntimeException e) {
            loops.release();
            throw e;
        }
        LOG.debug("listening on {}", listeners);
    }

    private void accept(Channel channel) {
        open.add(channel);
        channel.closeFuture().addListener(forget);
        if (closed) {
            channel.close();
            return;
        }
        ConnectionInitializer.attach(channel, app, options, losses);
    }

    /**
     * Serves a component on a channel that was made elsewhere, such as Netty's {@code EmbeddedChannel}: how a stack is
     * tested without a socket. On the channel's event loop.
     */
    public static void attach(Channel channel, MessageComponent<? super Connection, ? super Message> app) {
        attach(channel, app, OutboundLimit.DEFAULT, new DropStats());
    }

    /** As above, with a limit to what may wait for a slow peer, and a place to count what is lost past it. */
    public static void attach(
            Channel channel,
            MessageComponent<? super Connection, ? super Message> app,
            OutboundLimit limit,
            DropStats losses) {
        ConnectionInitializer.attach(channel, app, new IoOptions(limit, null, null, List.of()), losses);
    }

    /** What was lost because peers read too slowly. */
    public DropStats dropStats() {
        return losses;
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

    /**
     * Stops accepting, tells every connection, and waits for them; those that are left at the deadline are cut, counted
     * and logged. More than a hundred are told one after the other over the first half of the time, unless that is less
     * than two seconds, so that their clients do not all come back at once. A deadline of more than a day is a day.
     *
     * <p>Called by one of its own callbacks on an event loop, which must not wait for itself, it returns at once and goes
     * on in the background.
     */
    @Override
    public void close(Duration deadline) {
        closeWithin(deadline.compareTo(LONGEST_CLOSE) < 0 ? deadline : LONGEST_CLOSE);
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
                loops.release();
            }
        } finally {
            ended.countDown();
        }
    }

    /** Somebody else is closing it. */
    private void await(Duration deadline) {
        try {
            if (!ended.await(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.debug("still closing after {}", deadline);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The first address; see {@link #addresses}. */
    @Override
    public SocketAddress address() {
        return addresses().get(0);
    }

    /** All addresses, in the order they were named, with the ports that were really bound. */
    public synchronized List<SocketAddress> addresses() {
        if (!listeners.isOpen()) {
            throw new IllegalStateException("not started");
        }
        return listeners.addresses();
    }

    /** The port of the first address that has one. Throws {@link IllegalStateException} if none has. */
    public int port() {
        for (SocketAddress address : addresses()) {
            if (address instanceof InetSocketAddress inet) {
                return inet.getPort();
            }
        }
        throw new IllegalStateException("no port (listens on " + listeners + ")");
    }
}
