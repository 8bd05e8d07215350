package dev.sprocket.pubsub;

import dev.sprocket.core.spi.LoopIteration;
import io.netty.channel.EventLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to topics on one event loop (or other executor), in order: publications, and subscribers who come and go.
 * All that is queued when the lane gets its turn is done in one task, and publications that nobody comes or goes between
 * leave together: each subscriber gets one buffer.
 *
 * <p>A lane has its turn at the end of its loop's turn if that loop is publishing. Another loop's lanes are called once
 * at the end of the publisher's turn, and not for each event.
 *
 * <p>Threads: any may add; the executor's drains.
 */
final class LoopDeliveryQueue {
    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    private static final int IDLE = 0;
    /** It will have its turn when the window of an event is over. */
    private static final int WAITING = 1;
    /** It will have its turn soon. */
    private static final int DUE = 2;

    private final Executor executor;
    private final Queue<Object> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger state = new AtomicInteger(IDLE);
    private final AtomicInteger users = new AtomicInteger();
    private final DeliveryBatch batch = new DeliveryBatch(this);
    /** Held while it has its turn. */
    private final ReentrantLock drainLock = new ReentrantLock();
    /** It was to have a turn within its turn, as on an executor that runs its tasks at once if a subscriber publishes. */
    private boolean drainAgain;

    LoopDeliveryQueue(Executor executor) {
        this.executor = executor;
    }

    /**
     * Queues a publication, of which it takes over one reference.
     *
     * @param window for how long it may wait, in nanoseconds
     */
    void add(InFlightEvent publication, long window) {
        queue.add(publication);
        if (window > 0 && executor instanceof EventLoop loop) {
            if (state.compareAndSet(IDLE, WAITING)) {
                dispatch(() -> loop.schedule(this::drain, window, TimeUnit.NANOSECONDS));
            }
        } else if (state.get() != DUE && state.getAndSet(DUE) != DUE) {
            dispatch(this::scheduleDrain);
        }
    }

    /** Queues a change of a group, which is in time if it comes before the next publication. */
    void add(Runnable change) {
        queue.add(change);
        if (state.compareAndSet(IDLE, DUE)) {
            dispatch(this::scheduleDrain);
        }
    }

    /** Somebody subscribes or leaves who lives here. */
    void addUsers(int more) {
        users.addAndGet(more);
    }

    boolean isUnused() {
        return users.get() == 0 && queue.isEmpty();
    }

    private void dispatch(Runnable call) {
        try {
            call.run();
        } catch (RejectedExecutionException ended) {
            LOG.debug("an event loop has ended, and its subscribers with it");
            discard();
        }
    }

    private void scheduleDrain() {
        if (executor instanceof EventLoop loop) {
            if (loop.inEventLoop()) {
                LoopIteration.of(loop).runAtEnd(this::drain);
                return;
            }
            LoopIteration publisher = LoopIteration.current();
            if (publisher != null) {
                publisher.runFirst(() -> dispatch(() -> executor.execute(this::drain)));
                return;
            }
        }
        executor.execute(this::drain);
    }

    private void drain() {
        drainLock.lock();
        try {
            state.set(IDLE);
            drainAgain = drainLock.getHoldCount() > 1;
            if (drainAgain) {
                return;
            }
            do {
                drainAgain = false;
                drainOnce();
            } while (drainAgain);
        } finally {
            drainLock.unlock();
        }
    }

    private void drainOnce() {
        for (Object step = queue.poll(); step != null; step = queue.poll()) {
            if (step instanceof InFlightEvent publication) {
                if (!batch.add(publication)) {
                    deliver(false);
                    batch.add(publication);
                }
            } else {
                deliver(false);
                ((Runnable) step).run();
            }
        }
        deliver(true);
    }

    /** Nobody is left to deliver to; groups are still told who comes and goes. */
    private void discard() {
        state.set(IDLE);
        // the last turn takes what is queued, and one of its subscribers may wait for the topic, which who publishes
        // holds
        if (!drainLock.tryLock()) {
            return;
        }
        try {
            for (Object step = queue.poll(); step != null; step = queue.poll()) {
                if (step instanceof InFlightEvent publication) {
                    publication.release();
                } else {
                    ((Runnable) step).run();
                }
            }
        } finally {
            drainLock.unlock();
        }
    }

    private void deliver(boolean last) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            batch.deliver(last);
        } catch (RuntimeException e) {
            LOG.error("events lost", e);
        }
    }
}
