package dev.sprocket.core.internal.timer;

import dev.sprocket.core.internal.metrics.CoreMetrics;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Timer that runs the periodic tasks of an event loop twice a second.
 *
 * <p>Serves time limits and keepalive without a timer for each connection. The clock is the event loop's own, so tests
 * can control it.
 *
 * <p>Confined to its event loop.
 */
public final class LoopTimer implements Runnable {
    /** Interval of the tasks in milliseconds, which is the precision of all time limits. */
    public static final long INTERVAL_MILLIS = 500;

    /** Periodic task of a connection. */
    @FunctionalInterface
    public interface Task {
        /**
         * Runs the task.
         *
         * @param now the event loop's clock, in nanoseconds
         * @return false to remove the task
         */
        boolean tick(long now);
    }

    private static final Logger LOG = LoggerFactory.getLogger(LoopTimer.class);
    private static final FastThreadLocal<@Nullable LoopTimer> CURRENT = new FastThreadLocal<>();

    private final EventLoop loop;
    private final List<Task> tasks = new ArrayList<>();
    private boolean scheduled;
    /** Time of the next run. */
    private long due;

    private LoopTimer(EventLoop loop) {
        this.loop = loop;
    }

    /** Returns the timer of the calling event loop. */
    public static LoopTimer of(EventLoop loop) {
        if (!(loop instanceof SingleThreadEventLoop)) {
            return new LoopTimer(loop);
        }
        LoopTimer timer = CURRENT.get();
        if (timer == null || timer.loop != loop) {
            timer = new LoopTimer(loop);
            CURRENT.set(timer);
        }
        return timer;
    }

    /** Adds a task, which runs from the next interval on. */
    public void add(Task task) {
        tasks.add(task);
        schedule();
    }

    /** Returns the current time of the event loop's clock, in nanoseconds. */
    public long now() {
        return loop.ticker().nanoTime();
    }

    private void schedule() {
        if (!scheduled && !tasks.isEmpty() && !loop.isShuttingDown()) {
            scheduled = true;
            due = now() + TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS);
            loop.schedule(this, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Runs all tasks. Called by the event loop. */
    @Override
    public void run() {
        scheduled = false;
        long now = now();
        CoreMetrics.LOOP_LAG.record(Math.max(0, now - due));
        for (int i = tasks.size() - 1; i >= 0; i--) {
            if (!tick(tasks.get(i), now)) {
                Task last = tasks.remove(tasks.size() - 1);
                if (i < tasks.size()) {
                    tasks.set(i, last);
                }
            }
        }
        schedule();
    }

    /** Runs a task; returns false if it fails, so that only this task is removed. */
    private static boolean tick(Task task, long now) {
        try {
            return task.tick(now);
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "timer task failed, its time limits are no longer enforced (report this as a bug): task={}",
                    task,
                    e);
            return false;
        }
    }
}
