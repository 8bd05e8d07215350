package dev.sprocket.core.io;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.flow.InboundBudget;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Event loops that run connections.
 *
 * <p>Endpoints with the same object share its loops, so a broadcast to all of them costs one task per loop. The threads
 * start with the first endpoint and end with the last.
 */
@ThreadSafe
public final class EventLoops {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);

    private final int count;
    private final @Nullable Transport transport;
    private final InboundBudget inbound;
    private final ConnectionLimit connections;
    private @Nullable EventLoopGroup group;
    private @Nullable LoopCheck check;
    private int users;

    private EventLoops(int count, @Nullable Transport transport, InboundBudget inbound, ConnectionLimit connections) {
        NettyVersions.check();
        this.count = count;
        this.transport = transport;
        this.inbound = inbound;
        this.connections = connections;
    }

    /** Creates one loop per core, the default. Components must be thread-safe. */
    public static EventLoops perCore() {
        return of(Runtime.getRuntime().availableProcessors());
    }

    /** Creates one loop. One thread runs all callbacks, and a plain {@code HashSet} in a component is correct. */
    public static EventLoops single() {
        return of(1);
    }

    /** Creates a number of loops. Throws {@link IllegalArgumentException} unless it is 1 to 1,024. */
    public static EventLoops of(int count) {
        if (count < 1 || count > 1024) {
            throw new IllegalArgumentException("loops: " + count + " (expected: 1-1024)");
        }
        return new EventLoops(count, null, InboundBudget.shared(), ConnectionLimit.shared());
    }

    /** Creates one loop with this transport, regardless of the default of the machine. */
    static EventLoops on(Transport transport) {
        return new EventLoops(1, transport, InboundBudget.shared(), ConnectionLimit.shared());
    }

    /**
     * Returns as many other loops, with another limit for incomplete requests and messages.
     *
     * <p>The limit applies to the memory of all connections on them together. Beyond it the largest and slowest are
     * evicted. The default is an eighth of the heap, shared by all event loops without a limit of their own.
     *
     * @param bytes at least 1, else {@link IllegalArgumentException}
     */
    public EventLoops inboundLimit(long bytes) {
        return new EventLoops(count, transport, InboundBudget.of(bytes), connections);
    }

    /**
     * Returns as many other loops, with another limit for open connections.
     *
     * <p>It applies to all servers on them together. A connection beyond the limit is closed, with status 503 if the
     * server serves plain HTTP. By default all event loops without a limit of their own share one: a connection for
     * each 8 KiB of the maximum heap, where one with TLS counts as four.
     *
     * @param max at least 1, else {@link IllegalArgumentException}
     */
    public EventLoops maxConnections(int max) {
        return new EventLoops(count, transport, inbound, ConnectionLimit.of(max));
    }

    ConnectionLimit connections() {
        return connections;
    }

    InboundBudget inbound() {
        return inbound;
    }

    /** Returns the number of loops. */
    public int count() {
        return count;
    }

    synchronized EventLoopGroup acquire() {
        if (group == null) {
            group = new MultiThreadIoEventLoopGroup(
                    count, new LoopThreads(), transport().factory());
            check = new LoopCheck(group);
            LOG.info(
                    "event loops started: loops={} transport={} maxConnections={} maxTlsConnections={}"
                            + " inboundLimitBytes={}",
                    count,
                    transport(),
                    connections.connections(false),
                    connections.connections(true),
                    inbound.limit());
        }
        users++;
        return group;
    }

    /**
     * Finds loops that do not run a task within a time limit.
     *
     * @return completes within the limit with the names of their threads; empty while no endpoint is started
     */
    public CompletionStage<List<String>> blocked(Duration limit) {
        LoopCheck current;
        synchronized (this) {
            current = check;
        }
        return current == null ? CompletableFuture.completedStage(List.of()) : current.blocked(limit);
    }

    /** Reports whether the calling thread is one of these loops. */
    synchronized boolean containsCurrentThread() {
        if (group != null) {
            for (EventExecutor loop : group) {
                if (loop.inEventLoop()) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Reports whether the calling thread is an event loop of any {@code EventLoops}. Such a thread must not wait for
     * connections.
     */
    public static boolean isLoopThread() {
        return Thread.currentThread() instanceof LoopThread;
    }

    private static final class LoopThread extends FastThreadLocalThread {
        LoopThread(ThreadGroup group, Runnable task, String name) {
            super(group, task, name);
        }
    }

    private static final class LoopThreads extends DefaultThreadFactory {
        LoopThreads() {
            super("sprocket-loop");
        }

        @Override
        protected Thread newThread(Runnable task, String name) {
            return new LoopThread(threadGroup, task, name);
        }
    }

    Transport transport() {
        return transport == null ? Transport.get() : transport;
    }

    /** Releases the loops; the last user shuts them down. */
    void release() {
        EventLoopGroup terminating;
        synchronized (this) {
            users--;
            if (users > 0 || group == null) {
                return;
            }
            terminating = group;
            group = null;
            check = null;
        }
        terminating.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(6, TimeUnit.SECONDS);
    }
}
