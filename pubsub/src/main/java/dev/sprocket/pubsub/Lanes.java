package dev.sprocket.pubsub;

import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The lanes of a server's event loops, which stay, and of the executors that applications' own subscribers run on, which
 * may be one for each: those are forgotten when nobody uses them. Threads: any.
 */
final class Lanes {
    /** How many there may be before somebody looks for those that nobody uses. */
    private static final int FEW = 64;

    private final Map<Executor, Lane> byExecutor = new ConcurrentHashMap<>();
    private volatile int cleanAt = FEW;

    Lane of(Executor executor) {
        Lane known = byExecutor.get(executor);
        if (known != null) {
            return known;
        }
        if (byExecutor.size() >= cleanAt) {
            clean();
        }
        return byExecutor.computeIfAbsent(executor, Lane::new);
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
