package dev.sprocket.core;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs the callbacks of a component on an executor, where they may block: on virtual threads ({@code
 * Executors.newVirtualThreadPerTaskExecutor()}, from Java 21 on) or a pool. Those of one connection come one at a time and
 * in order.
 *
 * <p>A connection with 64 waiting messages, or 1 MiB of them, is not read from until the component has caught up with half
 * of that. Messages are copied, since they outlive the callback below. If the executor refuses a callback, the connection
 * is closed as failed; only its {@code onClose} then runs on the thread below.
 *
 * <p>Threads: callbacks may come from any; those of the component inside come from the executor's. The executor is the
 * caller's to shut down, after the server.
 */
@ConcurrentComponent
public final class ExecuteOn<C extends Connection, M> extends ForwardingComponent<C, M> {
    private final AttributeKey<SerialCallbackQueue<C, M>> key =
            AttributeKey.of("lane of an executor", "was Offload.onOpen called?");
    private final Executor executor;
    private final boolean oneThread;
    private final MessageComponent<? super C, ? super M> inner;

    /** Runs a component's callbacks elsewhere. */
    public ExecuteOn(Executor executor, MessageComponent<? super C, ? super M> inner) {
        this(executor, false, inner);
    }

    /** As above, on an executor of which it is known whether it is a single thread. */
    ExecuteOn(Executor executor, boolean oneThread, MessageComponent<? super C, ? super M> inner) {
        super(inner);
        this.executor = executor;
        this.oneThread = oneThread;
        this.inner = inner;
    }

    @Override
    public void onOpen(C conn) {
        SerialCallbackQueue<C, M> lane = new SerialCallbackQueue<>(inner, conn, executor, oneThread);
        key.set(conn, lane);
        lane.open();
    }

    @Override
    public void onMessage(C from, M message) {
        key.get(from).deliver(message);
    }

    @Override
    public void onError(C conn, Throwable cause) {
        try {
            key.get(conn).fail(cause);
        } catch (RejectedExecutionException ended) {
            // logged, and about to be closed
        }
    }

    @Override
    public void onClose(C conn) {
        SerialCallbackQueue<C, M> lane = key.peek(conn);
        if (lane != null) {
            lane.close();
        }
    }
}
