package dev.sprocket.core.spi;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an event loop still has to do at the end of its current turn: first the work that other loops are given, then the
 * tasks that layers put off, then one flush for each connection that was written to. Many small writes of a turn leave in one system call.
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
    private boolean scheduled;

    private LoopIteration(EventLoop loop) {
        this.loop = loop;
    }

    /** The turn of the event loop that calls this. */
    public static LoopIteration of(EventLoop loop) {
        // others, such as DefaultEventLoop, take tasks for the end of an iteration and never run them
        if (!(loop instanceof SingleThreadIoEventLoop)) {
            return new LoopIteration(loop);
        }
        LoopIteration turn = CURRENT.get();
        if (turn == null || turn.loop != loop) {
            turn = new LoopIteration(loop);
            CURRENT.set(turn);
        }
        return turn;
    }

    /** The turn of the event loop that calls this, if it is one and has had anything to do at the end of a turn. */
    public static @Nullable LoopIteration current() {
        return CURRENT.get();
    }

    /** Runs a task at the end of the turn, before all others: one that wakes another event loop, which works meanwhile. */
    public void runFirst(Runnable wake) {
        firstTasks.add(wake);
        schedule();
    }

    /** Runs a task at the end of the turn, before what it writes is flushed. */
    public void runAtEnd(Runnable task) {
        tasks.add(task);
        schedule();
    }

    /** One to be used in this turn; given back when it is empty. */
    WriteCoalescer takeCoalescer() {
        WriteCoalescer spare = spareCoalescers.pollLast();
        return spare == null ? new WriteCoalescer() : spare;
    }

    void recycle(WriteCoalescer empty) {
        spareCoalescers.addLast(empty);
    }

    void addWritten(Outbound outbound) {
        written.add(outbound);
        schedule();
    }

    @SuppressWarnings("deprecation") // unstable, and exactly what is wanted: after the last task of this turn
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

    /** Called by the event loop. */
    @Override
    public void run() {
        scheduled = false;
        List<Runnable> wakes = firstTasks;
        firstTasks = spareFirstTasks;
        spareFirstTasks = wakes;
        runAll(wakes);
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
    }

    private static void runAll(List<Runnable> due) {
        for (int i = 0; i < due.size(); i++) {
            try {
                due.get(i).run();
            } catch (RuntimeException | Error e) {
                LOG.error("a task at the end of a turn failed", e);
            }
        }
        due.clear();
    }
}
