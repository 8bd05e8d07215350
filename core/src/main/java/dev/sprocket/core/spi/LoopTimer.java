package dev.sprocket.core.spi;

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
 * Looks after all connections of an event loop twice a second: time limits and keepalive without a timer for each
 * connection. The clock is the event loop's own, so tests can move it.
 *
 * <p>Confined to its event loop.
 */
public final class LoopTimer implements Runnable {
    /** How often members are looked at, in milliseconds: no time limit is kept more precisely. */
    public static final long INTERVAL_MILLIS = 500;

    /** Who is looked after. */
    @FunctionalInterface
    public interface Task {
        /**
         * Called at each sweep.
         *
         * @param now the event loop's clock, in nanoseconds
         * @return false if it need not be called again
         */
        boolean tick(long now);
    }

    private static final Logger LOG = LoggerFactory.getLogger(LoopTimer.class);
    private static final FastThreadLocal<@Nullable LoopTimer> CURRENT = new FastThreadLocal<>();

    private final EventLoop loop;
    private final List<Task> members = new ArrayList<>();
    private boolean scheduled;

    private LoopTimer(EventLoop loop) {
        this.loop = loop;
    }

    /** The sweep of the event loop that calls this. */
    public static LoopTimer of(EventLoop loop) {
        if (!(loop instanceof SingleThreadEventLoop)) {
            return new LoopTimer(loop);
        }
        LoopTimer sweep = CURRENT.get();
        if (sweep == null || sweep.loop != loop) {
            sweep = new LoopTimer(loop);
            CURRENT.set(sweep);
        }
        return sweep;
    }

    /** Looks after a member from the next sweep on. */
    public void add(Task member) {
        members.add(member);
        schedule();
    }

    /** What the clock says now, in nanoseconds. */
    public long now() {
        return loop.ticker().nanoTime();
    }

    private void schedule() {
        if (!scheduled && !members.isEmpty() && !loop.isShuttingDown()) {
            scheduled = true;
            loop.schedule(this, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Called by the event loop. */
    @Override
    public void run() {
        scheduled = false;
        long now = now();
        for (int i = members.size() - 1; i >= 0; i--) {
            if (!goesOn(members.get(i), now)) {
                Task last = members.remove(members.size() - 1);
                if (i < members.size()) {
                    members.set(i, last);
                }
            }
        }
        schedule();
    }

    /** One that fails is not looked after any more; the others are. */
    private static boolean goesOn(Task member, long now) {
        try {
            return member.tick(now);
        } catch (RuntimeException | Error e) {
            LOG.error("{}: no time limit is kept any more, it failed", member, e);
            return false;
        }
    }
}
