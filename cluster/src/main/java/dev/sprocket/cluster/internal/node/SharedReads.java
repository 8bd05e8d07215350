package dev.sprocket.cluster.internal.node;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Reads of the engine, shared by simultaneous requests for the same. */
@ThreadSafe
final class SharedReads<K, V> {
    private final Map<K, CompletableFuture<V>> pending = new ConcurrentHashMap<>();
    private final Counters counters;

    SharedReads(Counters counters) {
        this.counters = counters;
    }

    /** Returns the result of a pending read, or of a new one. */
    CompletableFuture<V> read(K key, Supplier<CompletionStage<V>> read) {
        CompletableFuture<V> own = new CompletableFuture<>();
        CompletableFuture<V> other = pending.putIfAbsent(key, own);
        if (other != null) {
            counters.localReads.increment();
            return other;
        }
        counters.engineReads.increment();
        read.get().whenComplete((result, failure) -> {
            pending.remove(key, own);
            if (failure == null) {
                own.complete(result);
            } else {
                own.completeExceptionally(failure);
            }
        });
        return own;
    }
}
