package dev.sprocket.core.internal.transport;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work of an event loop at the end of its current iteration.
 *
 * <p>Runs tasks that wake other event loops, then deferred tasks, then one flush for each connection that was written
 * to. Many small writes of an iteration are sent in one system call.
 *
 * <p>Confined to its event loop.
 */
public final class LoopIteration implements Runnable {
    private static final FastThreadLocal<@Nullable LoopIteration> CURRENT = new FastThreadLocal<>();

    private static final Logger LOG = LoggerFactory.getLogger(LoopIteration.class);

    private final EventLoop loop;
    private List<Runnable> firstTasks = new ArrayList<>();
    private List<Runnable> spareFirstTasks = new ArrayList<>();
    private List<Runnable> tasks = new ArrayList<>();
    private List<Runnable> spareTasks = new ArrayList<>();
    private List<Outbound> written = new ArrayList<>();
    private List<Outbound> spareWritten = new ArrayList<>();
    private final ArrayDeque<WriteCoalescer> spareCoalescers = new ArrayDeque<>();
    private final SocketWriter socketWriter = new SocketWriter();
    /** Tasks after the flush; empty nearly always. */
    private final ArrayDeque<Runnable> afterFlush = new ArrayDeque<>(1);

    private boolean scheduled;

    private LoopIteration(EventLoop loop) {
        this.loop = loop;
    }

    /** Returns the iteration of the calling event loop. */
    public static LoopIteration of(EventLoop loop) {
        // other event loops, such as DefaultEventLoop, accept tasks for the end of an iteration but never run them
        if (!(loop instanceof SingleThreadIoEventLoop)) {
            return new LoopIteration(loop);
        }
        LoopIteration iteration = CURRENT.get();
        if (iteration == null || iteration.loop != loop) {
            iteration = new LoopIteration(loop);
            CURRENT.set(iteration);
        }
        return iteration;
    }

    /** Returns the iteration of the calling event loop, or null if this thread has none. */
    public static @Nullable LoopIteration current() {
        return CURRENT.get();
    }

    /**
     * Runs a task in a later iteration of an event loop. May be called from any thread.
     *
     * @return false if the event loop has terminated, so that the task never runs
     */
    @CanIgnoreReturnValue
    public static boolean later(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException terminated) {
            LOG.debug("event loop terminated, task dropped: task={}", task);
            return false;
        }
    }

    /**
     * Runs a task at the end of the iteration, before all others. For tasks that wake another event loop, which works
     * in the meantime.
     */
    public void runFirst(Runnable task) {
        firstTasks.add(task);
        schedule();
    }

    /** Runs a task at the end of the iteration, before its writes are flushed. */
    public void runAtEnd(Runnable task) {
        tasks.add(task);
        schedule();
    }

    /** Runs a task after the writes of the iteration are flushed. */
    public void runAfterFlush(Runnable task) {
        afterFlush.add(task);
        schedule();
    }

    /** Reports whether there are writes or tasks for the end of this iteration. */
    public boolean isScheduled() {
        return scheduled;
    }

    /** Returns an empty coalescer; {@link #recycle} returns it to the pool. */
    WriteCoalescer takeCoalescer() {
        WriteCoalescer spare = spareCoalescers.pollLast();
        return spare == null ? new WriteCoalescer() : spare;
    }

    void recycle(WriteCoalescer empty) {
        spareCoalescers.addLast(empty);
    }

    /** Returns the writer to sockets that have nothing pending. */
    SocketWriter socketWriter() {
        return socketWriter;
    }

    void addWritten(Outbound outbound) {
        written.add(outbound);
        schedule();
    }

    @SuppressWarnings("deprecation") // the unstable API is the only way to run after the last task of an iteration
    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            if (loop instanceof SingleThreadIoEventLoop real) {
                real.executeAfterEventLoopIteration(this);
            } else {
                loop.execute(this);
            }
        }
    }

    /** Runs the deferred work. Called by the event loop. */
    @Override
    public void run() {
        scheduled = false;
        List<Runnable> first = firstTasks;
        firstTasks = spareFirstTasks;
        spareFirstTasks = first;
        runAll(first);
        List<Runnable> due = tasks;
        tasks = spareTasks;
        spareTasks = due;
        runAll(due);
        List<Outbound> dirty = written;
        written = spareWritten;
        spareWritten = dirty;
        for (int i = 0; i < dirty.size(); i++) {
            dirty.get(i).flush();
        }
        dirty.clear();
        for (Runnable task = afterFlush.poll(); task != null; task = afterFlush.poll()) {
            task.run();
        }
    }

    private static void runAll(List<Runnable> due) {
        for (int i = 0; i < due.size(); i++) {
            try {
                due.get(i).run();
            } catch (RuntimeException | Error e) {
                LOG.error("internal task failed, writes may be missing (report this as a bug): task={}", due.get(i), e);
            }
        }
        due.clear();
    }
}
