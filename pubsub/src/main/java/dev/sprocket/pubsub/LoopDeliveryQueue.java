package dev.sprocket.pubsub;

import dev.sprocket.core.internal.transport.LoopIteration;
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
 * Queue of the events and subscription changes of one event loop or other executor.
 *
 * <p>The queue is drained in one task, in order. Events without a subscription change between them are delivered
 * together: each subscriber receives one buffer.
 *
 * <p>If an event is published on the queue's own event loop, the queue is drained at the end of the loop iteration.
 * Queues of other event loops are scheduled once, at the end of the publisher's iteration, and not for each event.
 *
 * <p>Any thread may add; only the executor drains.
 */
final class LoopDeliveryQueue {
    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    private static final int IDLE = 0;
    /** Scheduled for the end of the window of an event. */
    private static final int WAITING = 1;
    /** Scheduled for immediate draining. */
    private static final int DUE = 2;

    private final Executor executor;
    private final Queue<Object> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger state = new AtomicInteger(IDLE);
    private final AtomicInteger users = new AtomicInteger();
    private final DeliveryBatch batch = new DeliveryBatch(this);
    /** Held while the queue is drained. */
    private final ReentrantLock drainLock = new ReentrantLock();
    /** True after a nested drain: the executor runs tasks immediately, and a subscriber has published. */
    private boolean drainAgain;

    LoopDeliveryQueue(Executor executor) {
        this.executor = executor;
    }

    /**
     * Adds an event and takes over one reference to it.
     *
     * @param window maximum delay, in nanoseconds
     */
    void add(InFlightEvent event, long window) {
        queue.add(event);
        if (window > 0 && executor instanceof EventLoop loop) {
            if (state.compareAndSet(IDLE, WAITING)) {
                dispatch(() -> loop.schedule(this::drain, window, TimeUnit.NANOSECONDS));
            }
        } else if (state.get() != DUE && state.getAndSet(DUE) != DUE) {
            dispatch(this::scheduleDrain);
        }
    }

    /** Adds a subscription change, which is applied before the next event is delivered. */
    void add(Runnable change) {
        queue.add(change);
        if (state.compareAndSet(IDLE, DUE)) {
            dispatch(this::scheduleDrain);
        }
    }

    /** Changes the number of subscriptions of this queue. */
    void addUsers(int change) {
        users.addAndGet(change);
    }

    boolean isUnused() {
        return users.get() == 0 && queue.isEmpty();
    }

    private void dispatch(Runnable call) {
        try {
            call.run();
        } catch (RejectedExecutionException ended) {
            LOG.debug("executor terminated, events for its subscribers are discarded");
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
            if (step instanceof InFlightEvent event) {
                if (!batch.add(event)) {
                    deliver(false);
                    batch.add(event);
                }
            } else {
                deliver(false);
                ((Runnable) step).run();
            }
        }
        deliver(true);
    }

    /** Discards queued events after the executor has ended; subscription changes are still applied. */
    private void discard() {
        state.set(IDLE);
        // A running drain takes the queued steps. Waiting for it could deadlock: its subscriber may wait for the
        // topic lock, which the publisher holds.
        if (!drainLock.tryLock()) {
            return;
        }
        try {
            for (Object step = queue.poll(); step != null; step = queue.poll()) {
                if (step instanceof InFlightEvent event) {
                    event.release();
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
            LOG.error("delivery failed, events were lost (report this as a bug)", e);
        }
    }
}
