package dev.sprocket.pubsub;

import dev.sprocket.core.spi.Turn;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to topics on one event loop (or other executor), in order: publications, and subscribers who come and go.
 * All that is queued when the lane gets its turn is done in one task, and consecutive publications to one topic leave
 * together.
 *
 * <p>Threads: any may add; the executor's drains.
 */
final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    /** How many publications leave as one at most. */
    private static final int LONGEST_RUN = 256;

    private final Executor executor;
    private final Queue<Object> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final List<Publication> run = new ArrayList<>();

    Lane(Executor executor) {
        this.executor = executor;
    }

    /** Queues a publication, of which it takes over one reference. */
    void add(Publication publication) {
        enqueue(publication);
    }

    /** Queues a change of a group. */
    void add(Runnable change) {
        enqueue(change);
    }

    private void enqueue(Object step) {
        queue.add(step);
        if (scheduled.compareAndSet(false, true)) {
            try {
                schedule();
            } catch (RejectedExecutionException ended) {
                LOG.debug("an event loop has ended, and its subscribers with it");
                discard();
            }
        }
    }

    private void schedule() {
        if (executor instanceof EventLoop loop && loop.inEventLoop()) {
            Turn.of(loop).atEnd(this::drain);
        } else {
            executor.execute(this::drain);
        }
    }

    private synchronized void drain() {
        scheduled.set(false);
        Object step = queue.poll();
        while (step != null) {
            if (step instanceof Publication publication) {
                if (!run.isEmpty() && (run.size() == LONGEST_RUN || !run.get(0).goesWith(publication))) {
                    deliver();
                }
                run.add(publication);
            } else {
                deliver();
                ((Runnable) step).run();
            }
            step = queue.poll();
        }
        deliver();
    }

    /** Nobody is left to deliver to; groups are still told who comes and goes. */
    private synchronized void discard() {
        scheduled.set(false);
        for (Object step = queue.poll(); step != null; step = queue.poll()) {
            if (step instanceof Publication publication) {
                publication.release();
            } else {
                ((Runnable) step).run();
            }
        }
    }

    private void deliver() {
        if (run.isEmpty()) {
            return;
        }
        try {
            run.get(0).topic.deliver(this, run);
        } catch (RuntimeException e) {
            LOG.error("{} events for {} lost", run.size(), run.get(0).topic, e);
        } finally {
            run.forEach(Publication::release);
            run.clear();
        }
    }
}
