package dev.sprocket.core.thread;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.MessageComponent;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs a component on one dedicated thread.
 *
 * <p>Sockets, framing and fan-out stay on all event loops. Inside the component a plain {@code HashSet} is correct.
 * Wrap an application once and use the wrapper in every stack that it serves: each wrapper has its own thread, unless
 * it is created with another wrapper, whose thread it shares.
 *
 * <p>Callbacks run in the order of their arrival, also across connections. This is an {@link ExecuteOn} with an
 * executor of one thread, which starts when there is work and ends after one idle second; the limits for pending
 * messages described there apply here, too.
 *
 * <p>Callbacks may be called from any thread; those of the component inside run on its thread.
 */
@ConcurrentComponent
public final class SingleThreaded<C extends Connection, M> extends ForwardingComponent<C, M> {
    private final Executor thread;

    /** Creates a wrapper with its own thread. */
    public SingleThreaded(MessageComponent<? super C, ? super M> inner) {
        this(oneThread(inner.getClass().getSimpleName()), inner);
    }

    /** Creates a wrapper that shares the thread of another one. For components that share state. */
    public SingleThreaded(MessageComponent<? super C, ? super M> inner, SingleThreaded<?, ?> other) {
        this(other.thread, inner);
    }

    /** Creates a wrapper for an executor with one thread. */
    SingleThreaded(Executor thread, MessageComponent<? super C, ? super M> inner) {
        super(new ExecuteOn<C, M>(thread, true, inner));
        this.thread = thread;
    }

    private static Executor oneThread(String name) {
        var pool = new ThreadPoolExecutor(
                1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new DefaultThreadFactory("sprocket-" + name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
