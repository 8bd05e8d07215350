package dev.sprocket.core;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs a component on one thread of its own, while sockets, framing and fan-out stay on all event loops. Inside it a
 * plain {@code HashSet} is correct. Wrap an application once and use the wrapper in every stack that it serves: each
 * wrapper has its own thread, unless it is told to share that of another.
 *
 * <p>Callbacks come in the order in which they arrived, those of different connections too. It is {@link ExecuteOn} with an executor of one thread, which starts when there is work and ends after a second without
 * any; what is said there of waiting messages holds here too.
 *
 * <p>Threads: callbacks may come from any; those of the component inside come from its thread.
 */
@ConcurrentComponent
public final class SingleThreaded<C extends Connection, M> extends ForwardingComponent<C, M> {
    private final Executor thread;

    /** Confines a component. */
    public SingleThreaded(MessageComponent<? super C, ? super M> inner) {
        this(oneThread(inner.getClass().getSimpleName()), inner);
    }

    /** Confines a component to the thread of another: for two that share what must stay on one thread. */
    public SingleThreaded(MessageComponent<? super C, ? super M> inner, SingleThreaded<?, ?> other) {
        this(other.thread, inner);
    }

    private SingleThreaded(Executor thread, MessageComponent<? super C, ? super M> inner) {
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
