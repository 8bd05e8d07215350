package dev.sprocket.core.thread;

import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.DelegatingComponent;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.StatefulComponent;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs the callbacks of a component on an executor, where they may block.
 *
 * <p>The executor may use virtual threads ({@code Executors.newVirtualThreadPerTaskExecutor()}, from Java 21 on) or a
 * pool. Callbacks of one connection run one at a time and in order.
 *
 * <p>Reads of a connection with 64 pending messages, or 1 MiB of them, are paused until half of that is left. Messages
 * are copied, because they outlive the callback below. If the executor rejects a callback, the connection is closed as
 * failed; only its {@code onClose} then runs on the thread below.
 *
 * <p>Callbacks may be called from any thread; those of the component inside run on the executor, which the caller shuts
 * down after the server.
 */
@ConcurrentComponent
public final class ExecuteOn<C extends Connection, M> extends StatefulComponent<C, M, SerialCallbackQueue<C, M>>
        implements DelegatingComponent {
    private final Executor executor;
    private final boolean oneThread;
    private final MessageComponent<? super C, ? super M> inner;

    /** Creates a wrapper that runs callbacks on this executor. */
    public ExecuteOn(Executor executor, MessageComponent<? super C, ? super M> inner) {
        this(executor, false, inner);
    }

    /**
     * Creates a wrapper for an executor that may be single-threaded.
     *
     * @param oneThread true if the executor runs its tasks one at a time and in order
     */
    ExecuteOn(Executor executor, boolean oneThread, MessageComponent<? super C, ? super M> inner) {
        this.executor = executor;
        this.oneThread = oneThread;
        this.inner = inner;
    }

    @Override
    public Optional<Component<?>> delegate() {
        return Optional.of(inner);
    }

    @Override
    protected Optional<SerialCallbackQueue<C, M>> newState(C conn) {
        return Optional.of(new SerialCallbackQueue<>(inner, conn, executor, oneThread));
    }

    @Override
    protected void onOpen(C conn, SerialCallbackQueue<C, M> queue) {
        queue.open();
    }

    @Override
    protected void onMessage(C from, M message, SerialCallbackQueue<C, M> queue) {
        queue.deliver(message);
    }

    @Override
    protected void onError(C conn, Throwable cause, SerialCallbackQueue<C, M> queue) {
        try {
            queue.fail(cause);
        } catch (RejectedExecutionException ended) {
            // already logged; the connection is about to be closed
        }
    }

    @Override
    protected void onClose(C conn, SerialCallbackQueue<C, M> queue) {
        queue.close();
    }

    @Override
    public String toString() {
        return "ExecuteOn(" + inner + ")";
    }
}
