package dev.sprocket.pubsub.internal.delivery;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCounted;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Delivery queues by executor.
 *
 * <p>Queues of event loops are permanent. Queues of other executors are removed when they are unused, because an
 * application may have one executor per subscriber.
 *
 * @param <E> type of the events
 */
@ThreadSafe
public final class LoopDeliveryQueues<E extends ReferenceCounted> {
    /** Minimum number of queues at which unused queues are removed. */
    private static final int MIN_CLEANUP_SIZE = 64;

    private final Map<Executor, LoopDeliveryQueue<E>> byExecutor = new ConcurrentHashMap<>();
    private final Function<? super LoopDeliveryQueue<E>, ? extends EventBatch<E>> batch;
    private volatile int cleanupSize = MIN_CLEANUP_SIZE;

    /**
     * Creates an empty registry.
     *
     * @param batch creates the batch of a new queue
     */
    public LoopDeliveryQueues(Function<? super LoopDeliveryQueue<E>, ? extends EventBatch<E>> batch) {
        this.batch = batch;
    }

    /** Returns the queue of an executor. */
    public LoopDeliveryQueue<E> of(Executor executor) {
        LoopDeliveryQueue<E> existing = byExecutor.get(executor);
        if (existing != null) {
            return existing;
        }
        if (byExecutor.size() >= cleanupSize) {
            removeUnused();
        }
        return byExecutor.computeIfAbsent(executor, any -> new LoopDeliveryQueue<>(any, batch));
    }

    /** Returns the number of queues. */
    public int size() {
        return byExecutor.size();
    }

    private void removeUnused() {
        byExecutor
                .entrySet()
                .removeIf(entry -> !(entry.getKey() instanceof EventLoop)
                        && entry.getValue().isUnused());
        cleanupSize = Math.max(MIN_CLEANUP_SIZE, 2 * byExecutor.size());
    }
}
