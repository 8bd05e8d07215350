package dev.sprocket.session.memcached;

import com.spotify.folsom.MemcacheStatus;
import dev.sprocket.session.internal.client.WatchedClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lock that PHP holds while a request has its session open.
 *
 * <p>It is a key that only one client can add. A writer without the lock is overwritten when the PHP request ends.
 */
final class MemcachedLock {
    private static final byte[] LOCK_VALUE = "1".getBytes(StandardCharsets.US_ASCII);
    /** Lifetime of the lock if its holder fails to release it. */
    private static final int LEASE_SECONDS = 15;

    private static final long RETRY_MILLIS = 50;

    private final WatchedClient<MemcachedConnection> client;

    MemcachedLock(WatchedClient<MemcachedConnection> client) {
        this.client = client;
    }

    /** Runs work while holding the lock; fails if it is not acquired within the timeout. */
    <T> CompletionStage<T> withLock(String key, Supplier<CompletionStage<T>> work) {
        long deadline = System.nanoTime() + client.get().timeout().toNanos();
        return acquire(key, deadline).thenCompose(held -> work.get()
                .handle((done, failure) -> release(key)
                        .thenCompose(released -> failure == null
                                ? CompletableFuture.completedStage(done)
                                : CompletableFuture.<T>failedStage(failure)))
                .thenCompose(outcome -> outcome));
    }

    /** Releases the lock. Never fails; an unreleased lock expires. */
    private CompletionStage<Void> release(String key) {
        return client.get().execute(memcached -> memcached.delete(key)).handle((status, failure) -> null);
    }

    private CompletionStage<Void> acquire(String key, long deadline) {
        return client.get()
                .execute(memcached -> memcached.add(key, LOCK_VALUE, LEASE_SECONDS))
                .thenCompose(status -> {
                    if (status == MemcacheStatus.OK) {
                        return CompletableFuture.completedStage(null);
                    }
                    if (System.nanoTime() - deadline > 0) {
                        return CompletableFuture.failedStage(
                                new IOException(client.get() + ": session locked by the site for more than "
                                        + client.get().timeout().toMillis() + " ms"));
                    }
                    Executor later = CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS);
                    return CompletableFuture.supplyAsync(() -> acquire(key, deadline), later)
                            .thenCompose(again -> again);
                });
    }
}
