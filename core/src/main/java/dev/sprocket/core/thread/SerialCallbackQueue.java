package dev.sprocket.core.thread;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.CallbackExecutor;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.ComponentInvoker;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Serial queue of one connection's callbacks on an executor.
 *
 * <p>Callbacks run one at a time and in order. While many messages are pending, reads are paused.
 *
 * <p>Any thread may add callbacks; one thread of the executor at a time runs them.
 */
final class SerialCallbackQueue<C extends Connection, M> implements Runnable {
    /** Pending messages at which reads are paused. They resume at half of it. */
    static final int HIGH = 64;
    /** Pending bytes at which reads are paused. They resume at half of it. */
    static final long HIGH_BYTES = 1 << 20;
    /** Number of callbacks that run before other connections get a turn. */
    private static final int BATCH = 64;

    private static final PeerLog LOG = PeerLog.of(ExecuteOn.class);

    private final MessageComponent<? super C, ? super M> app;
    private final C conn;
    private final Executor executor;
    private final boolean oneThread;
    private final ComponentInvoker<C> invoker;
    private final @Nullable PipelineContext context;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean running;
    private boolean paused;
    private int messages;
    private long bytes;

    /**
     * Creates the queue of one connection.
     *
     * @param oneThread true if the executor runs its tasks one at a time and in order; then callbacks of different
     *     connections also stay in order
     */
    SerialCallbackQueue(MessageComponent<? super C, ? super M> app, C conn, Executor executor, boolean oneThread) {
        this.app = app;
        this.conn = conn;
        this.executor = executor;
        this.oneThread = oneThread;
        this.invoker = new ComponentInvoker<>(app, conn);
        this.context = PipelineContext.find(conn).orElse(null);
    }

    void open() {
        CallbackExecutor.set(conn, this::add);
        add(invoker::open);
    }

    void deliver(M message) {
        M copy = copied(message);
        int size = message instanceof Message m ? m.size() : 0;
        count(1, size);
        add(() -> {
            try {
                invoker.deliverLate(app, copy);
            } finally {
                count(-1, -size);
            }
        });
    }

    @SuppressWarnings("unchecked") // a copy has the type of the original
    private M copied(M message) {
        return message instanceof Message borrowed ? (M) borrowed.copy() : message;
    }

    void fail(Throwable cause) {
        add(() -> invoker.fail(cause));
    }

    /**
     * Queues {@code onClose}. If the executor rejects it, calls it on the caller's thread, so that the component is
     * always notified.
     */
    void close() {
        try {
            add(invoker::close);
        } catch (RejectedExecutionException ended) {
            invoker.close();
        }
    }

    /** Updates the counters. Synchronized, so that reads are paused and resumed in the order of the updates. */
    private synchronized void count(int added, long size) {
        messages += added;
        bytes += size;
        if (context == null) {
            return;
        }
        if (!paused && (messages >= HIGH || bytes >= HIGH_BYTES)) {
            paused = true;
            context.pauseReads();
        } else if (paused && messages <= HIGH / 2 && bytes <= HIGH_BYTES / 2) {
            paused = false;
            context.resumeReads();
        }
    }

    private void add(Runnable task) {
        synchronized (tasks) {
            tasks.add(task);
            if (running && !oneThread) {
                return;
            }
            running = true;
        }
        try {
            executor.execute(this);
        } catch (RejectedExecutionException ended) {
            synchronized (tasks) {
                tasks.remove(task);
                running = false;
            }
            LOG.warn(
                    conn,
                    "connection closed, executor is full or shut down: peer={} cause={} (enlarge the executor's queue)",
                    conn,
                    ended.toString());
            throw ended;
        }
    }

    /** Runs queued callbacks. Called by the executor. */
    @Override
    public void run() {
        if (oneThread) {
            runNext();
            return;
        }
        try {
            for (int i = 1; runNext(); i++) {
                if (i % BATCH == 0 && resubmit()) {
                    return;
                }
            }
        } catch (VirtualMachineError fatal) {
            // the connection was closed, so onClose must still run
            if (!resubmit()) {
                run();
            }
            throw fatal;
        }
    }

    @CanIgnoreReturnValue
    private boolean runNext() {
        Runnable next;
        synchronized (tasks) {
            next = tasks.poll();
            running = next != null;
        }
        if (next != null) {
            next.run();
        }
        return next != null;
    }

    /** Moves to the end of the executor's queue. If the executor was shut down, the remaining callbacks run now. */
    private boolean resubmit() {
        try {
            executor.execute(this);
            return true;
        } catch (RejectedExecutionException ended) {
            LOG.warn(
                    conn,
                    "connection closed, executor is full or shut down: peer={} cause={} (enlarge the executor's queue)",
                    conn,
                    ended.toString());
            conn.close();
            return false;
        }
    }
}
