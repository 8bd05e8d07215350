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
    private static final int FEW = 64;

    private final Map<Executor, LoopDeliveryQueue> byExecutor = new ConcurrentHashMap<>();
    private volatile int cleanAt = FEW;

    LoopDeliveryQueue of(Executor executor) {
        LoopDeliveryQueue known = byExecutor.get(executor);
        if (known != null) {
            return known;
        }
        if (byExecutor.size() >= cleanAt) {
            clean();
        }
        return byExecutor.computeIfAbsent(executor, LoopDeliveryQueue::new);
    }

    int size() {
        return byExecutor.size();
    }

    private void clean() {
        byExecutor
                .entrySet()
                .removeIf(entry -> !(entry.getKey() instanceof EventLoop)
                        && entry.getValue().isUnused());
        cleanAt = Math.max(FEW, 2 * byExecutor.size());
    }
}
