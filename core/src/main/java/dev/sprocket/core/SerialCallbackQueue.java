package dev.sprocket.core;

import dev.sprocket.core.spi.CallbackExecutor;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The callbacks of one connection on their way to an executor: one at a time, in order. While many messages wait, the
 * connection is not read from.
 *
 * <p>Threads: any may add, one thread of the executor at a time runs it.
 */
final class SerialCallbackQueue<C extends Connection, M> implements Runnable {
    /** How many messages wait before the connection is no longer read from; at half of it reading goes on. */
    static final int HIGH = 64;
    /** The same in bytes. */
    static final long HIGH_BYTES = 1 << 20;
    /** How many callbacks are run before other connections get their turn. */
    private static final int BATCH = 64;

    private static final PeerLog LOG = PeerLog.of(ExecuteOn.class);

    private final MessageComponent<? super C, ? super M> app;
    private final C conn;
    private final Executor executor;
    private final boolean oneThread;
    private final ComponentInvoker<C> level;
    private final @Nullable PipelineContext segment;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean running;
    private boolean held;
    private int messages;
    private long bytes;

    /**
     * For one connection.
     *
     * @param oneThread whether the executor runs its tasks one at a time and in order; then the order in which callbacks of
     *     different connections arrive is kept, too
     */
    SerialCallbackQueue(MessageComponent<? super C, ? super M> app, C conn, Executor executor, boolean oneThread) {
        this.app = app;
        this.conn = conn;
        this.executor = executor;
        this.oneThread = oneThread;
        this.level = new ComponentInvoker<>(app, conn);
        this.segment = PipelineContext.find(conn).orElse(null);
    }

    void open() {
        CallbackExecutor.set(conn, this::add);
        add(level::open);
    }

    void deliver(M message) {
        M kept = kept(message);
        int size = message instanceof Message m ? m.size() : 0;
        count(1, size);
        add(() -> {
            try {
                level.deliverLate(app, kept);
            } finally {
                count(-1, -size);
            }
        });
    }

    @SuppressWarnings("unchecked") // a copy is what the original was
    private M kept(M message) {
        return message instanceof Message borrowed ? (M) borrowed.copy() : message;
    }

    void fail(Throwable cause) {
        add(() -> level.fail(cause));
    }

    /** If the executor takes nothing any more, the component is told on the caller's thread: it must be told. */
    void close() {
        try {
            add(level::close);
        } catch (RejectedExecutionException ended) {
            level.close();
        }
    }

    /** Locked, so that whoever counts last also switches last. */
    private synchronized void count(int more, long size) {
        messages += more;
        bytes += size;
        if (segment == null) {
            return;
        }
        if (!held && (messages >= HIGH || bytes >= HIGH_BYTES)) {
            held = true;
            segment.outbound().pauseReads();
        } else if (held && messages <= HIGH / 2 && bytes <= HIGH_BYTES / 2) {
            held = false;
            segment.outbound().resumeReads();
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
            LOG.warn(conn, "{} closed: its executor takes no callbacks: {}", conn, ended.toString());
            throw ended;
        }
    }

    /** Called by the executor. */
    @Override
    public void run() {
        if (oneThread) {
            runNext();
            return;
        }
        try {
            for (int i = 1; runNext(); i++) {
                if (i % BATCH == 0 && resubmitted()) {
                    return;
                }
            }
        } catch (VirtualMachineError fatal) {
            // the connection has been closed, and must be told so
            if (!resubmitted()) {
                run();
            }
            throw fatal;
        }
    }

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

    /** Goes to the end of the executor's queue; an executor that was shut down meanwhile finishes what it has. */
    private boolean resubmitted() {
        try {
            executor.execute(this);
            return true;
        } catch (RejectedExecutionException ended) {
            LOG.warn(conn, "{} closed: its executor takes no callbacks: {}", conn, ended.toString());
            conn.close();
            return false;
        }
    }
}
