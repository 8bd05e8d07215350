package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The event loops that connections live on. Endpoints that are given the same object share its loops, so a broadcast to
 * both still costs one task for each loop. The threads start with the first endpoint and end with the last.
 */
@ThreadSafe
public final class EventLoops {
    private final int count;
    private final @Nullable Transport wanted;
    private InboundBudget inbound = InboundBudget.shared();
    private @Nullable EventLoopGroup group;
    private int users;

    private EventLoops(int count, @Nullable Transport wanted) {
        NettyVersions.check();
        this.count = count;
        this.wanted = wanted;
    }

    /** One loop for each core; components must be thread-safe. The default. */
    public static EventLoops perCore() {
        return of(Runtime.getRuntime().availableProcessors());
    }

    /** One loop: one thread runs all callbacks, and a plain {@code HashSet} in a component is correct. */
    public static EventLoops single() {
        return of(1);
    }

    /** A number of loops. Throws {@link IllegalArgumentException} unless it is 1 to 1,024. */
    public static EventLoops of(int count) {
        if (count < 1 || count > 1024) {
            throw new IllegalArgumentException("loops: " + count + " (expected: 1-1024)");
        }
        return new EventLoops(count, null);
    }

    /** One loop of this kind, whatever the machine would choose. */
    static EventLoops on(Transport transport) {
        return new EventLoops(1, transport);
    }

    /**
     * Bounds the bytes of unfinished requests and messages of all connections on these loops together, see {@link InboundBudget};
     * an eighth of the heap unless told otherwise. To be called before an endpoint is given the loops.
     */
    public EventLoops inboundLimit(long bytes) {
        inbound = InboundBudget.of(bytes);
        return this;
    }

    InboundBudget inbound() {
        return inbound;
    }

    /** How many loops there are. */
    public int count() {
        return count;
    }

    synchronized EventLoopGroup acquire() {
        if (group == null) {
            group = new MultiThreadIoEventLoopGroup(
                    count, new LoopThreads(), transport().factory());
        }
        users++;
        return group;
    }

    /** Whether the caller runs on one of these loops. */
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

    /** Whether the caller runs on an event loop of any such object, and so must not wait for connections. */
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
        return wanted == null ? Transport.get() : wanted;
    }

    /** Gives the loops back; the last user ends them. */
    void release() {
        EventLoopGroup ending;
        synchronized (this) {
            users--;
            if (users > 0 || group == null) {
                return;
            }
            ending = group;
            group = null;
        }
        ending.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(6, TimeUnit.SECONDS);
    }
}
