package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The lanes of a server's event loops, which stay, and of the executors that applications' own subscribers run on, which
 * may be one for each: those are forgotten when nobody uses them.
 */
@ThreadSafe
final class LoopDeliveryQueues {
    /** How many there may be before somebody looks for those that nobody uses. */
    private static final int MIN_CLEANUP_SIZE = 64;

    private final Map<Executor, LoopDeliveryQueue> byExecutor = new ConcurrentHashMap<>();
    private volatile int cleanupSize = MIN_CLEANUP_SIZE;

    LoopDeliveryQueue of(Executor executor) {
        LoopDeliveryQueue known = byExecutor.get(executor);
        if (known != null) {
            return known;
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
