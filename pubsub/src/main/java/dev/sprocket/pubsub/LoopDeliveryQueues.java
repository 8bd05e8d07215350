package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Delivery queues by executor.
 *
 * <p>Queues of event loops are permanent. Queues of other executors are removed when they are unused, because an
 * application may have one executor per subscriber.
 */
@ThreadSafe
final class LoopDeliveryQueues {
    /** Minimum number of queues at which unused queues are removed. */
    private static final int MIN_CLEANUP_SIZE = 64;

    private final Map<Executor, LoopDeliveryQueue> byExecutor = new ConcurrentHashMap<>();
    private volatile int cleanupSize = MIN_CLEANUP_SIZE;

    LoopDeliveryQueue of(Executor executor) {
        LoopDeliveryQueue existing = byExecutor.get(executor);
        if (existing != null) {
            return existing;
        }
        if (byExecutor.size() >= cleanupSize) {
            removeUnused();
        }
        return byExecutor.computeIfAbsent(executor, LoopDeliveryQueue::new);
    }

    int size() {
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
