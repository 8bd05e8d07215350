package dev.sprocket.pubsub.internal.delivery;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.transport.LoopIteration;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCounted;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queue of the events and subscription changes of one event loop or other executor.
 *
 * <p>The queue is drained in one task, in order. Events without a subscription change between them are delivered
 * together, as one {@link EventBatch}.
 *
 * <p>Adding and scheduling are separate: a publisher adds under its locks and schedules without them, because an
 * executor may run its tasks immediately.
 *
 * <p>If an event is published on the queue's own event loop, the queue is drained at the end of the loop iteration.
 * Queues of other event loops are scheduled once, at the end of the publisher's iteration, and not for each event.
 *
 * <p>Any thread may add and schedule; only the executor drains.
 *
 * @param <E> type of the events
 */
@ThreadSafe
public final class LoopDeliveryQueue<E extends ReferenceCounted> {
    private static final Logger LOG = LoggerFactory.getLogger(LoopDeliveryQueue.class);

    private static final int IDLE = 0;
    /** Scheduled for the end of the window of an event. */
    private static final int WAITING = 1;
    /** Scheduled for immediate draining. */
    private static final int DUE = 2;

    private final Executor executor;
    private final Queue<Object> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger state = new AtomicInteger(IDLE);
    private final AtomicInteger users = new AtomicInteger();
    private final EventBatch<E> batch;
    /** Number of drains that the running drain must perform; 0 if none is running. */
    private final AtomicInteger requests = new AtomicInteger();

    LoopDeliveryQueue(Executor executor, Function<? super LoopDeliveryQueue<E>, ? extends EventBatch<E>> batch) {
        this.executor = executor;
        this.batch = batch.apply(this);
    }

    /** Adds an event and takes over one reference to it; call {@link #schedule} afterwards. */
    public void add(E event) {
        queue.add(event);
    }

    /**
     * Adds a subscription change, which is applied before the next event is delivered.
     *
     * <p>Call {@link #scheduleChanges} afterwards.
     */
    public void add(Runnable change) {
        queue.add(change);
    }

    /**
     * Schedules the delivery of added events.
     *
     * @param window maximum delay, in nanoseconds
     */
    public void schedule(long window) {
        if (window > 0 && executor instanceof EventLoop loop) {
            if (state.compareAndSet(IDLE, WAITING)) {
                dispatch(() -> loop.schedule(this::drain, window, TimeUnit.NANOSECONDS));
            }
        } else if (state.get() != DUE && state.getAndSet(DUE) != DUE) {
            dispatch(this::scheduleDrain);
        }
    }

    /** Schedules the processing of added subscription changes. */
    public void scheduleChanges() {
        if (state.compareAndSet(IDLE, DUE)) {
            dispatch(this::scheduleDrain);
        }
    }

    /** Runs a change in a later task of the executor, in order with the events. */
    public void runLater(Runnable change) {
        dispatch(() -> executor.execute(() -> {
            add(change);
            scheduleChanges();
        }));
    }

    /** Reports whether an executor drains this queue. */
    @SuppressWarnings("ReferenceEquality") // an executor has one queue
    public boolean runsOn(Executor other) {
        return executor == other;
    }

    /** Runs a change in a later task, in order with the events, without a window. */
    public void runNext(Runnable change) {
        dispatch(() -> executor.execute(() -> {
            add(change);
            schedule(0);
        }));
    }

    /** Changes the number of subscriptions of this queue. */
    public void addUsers(int change) {
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
        process(true);
    }

    /** Discards queued events after the executor has ended; subscription changes are still applied. */
    private void discard() {
        process(false);
    }

    /** Processes all steps, unless another thread is doing it, which then processes them, too. */
    private void process(boolean deliver) {
        if (requests.getAndIncrement() != 0) {
            return;
        }
        boolean failed = true;
        try {
            for (int processed = 1; processed != 0; processed = requests.addAndGet(-processed)) {
                state.set(IDLE);
                if (deliver) {
                    drainOnce();
                } else {
                    discardOnce();
                }
            }
            failed = false;
        } finally {
            if (failed) { // by an error: the next event starts over
                requests.set(0);
                state.set(IDLE);
            }
        }
    }

    /** Runs a change. A failure must not end the delivery of the other topics. */
    private static void run(Runnable change) {
        try {
            change.run();
        } catch (RuntimeException e) {
            LOG.error("change of subscribers failed", e);
        }
    }

    private void drainOnce() {
        for (Object step = queue.poll(); step != null; step = queue.poll()) {
            if (step instanceof Runnable change) {
                deliver(false);
                run(change);
            } else {
                E event = event(step);
                if (!batch.add(event)) {
                    deliver(false);
                    batch.add(event);
                }
            }
        }
        deliver(true);
    }

    @SuppressWarnings("unchecked") // the queue contains changes and events only
    private E event(Object step) {
        return (E) step;
    }

    private void discardOnce() {
        for (Object step = queue.poll(); step != null; step = queue.poll()) {
            if (step instanceof Runnable change) {
                run(change);
            } else {
                CoreMetrics.LOST.increment(CoreMetrics.Policy.NONE, CoreMetrics.Loss.EXECUTOR);
                event(step).release();
            }
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
