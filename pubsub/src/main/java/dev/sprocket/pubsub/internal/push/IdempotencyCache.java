package dev.sprocket.pubsub.internal.push;

import com.google.errorprone.annotations.ThreadSafe;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stores the results of requests with a key.
 *
 * <p>A repeated request gets the same result, also while the first one is in progress. Entries never expire early; if
 * the memory is full, requests with a new key are rejected.
 *
 * @param <R> result of a request
 */
@ThreadSafe
public final class IdempotencyCache<R> {
    /** Default time for which a result is stored: 10 minutes. */
    public static final Duration DEFAULT_TTL = Duration.ofMinutes(10);

    /** Default memory in bytes: 16 MiB. */
    public static final int DEFAULT_MAX_SIZE = 16 << 20;

    /** Approximate memory of an entry in bytes, in addition to key and result. */
    private static final int OVERHEAD = 512;

    /**
     * Results of requests.
     *
     * @param <R> result of a request
     */
    @ThreadSafe
    public interface Results<R> {
        /** Returns the memory of a result, in bytes. */
        long size(R result);

        /**
         * Reports whether a result is kept; true by default.
         *
         * <p>After another result, a repeated request is processed again, with that result.
         */
        default boolean isFinal(R result) {
            return true;
        }

        /** Returns the result of a request that failed with unknown progress. */
        R failed();

        /**
         * Returns the result of a request that failed without effect.
         *
         * <p>Its key can be used again.
         *
         * @return null if the progress is unknown
         */
        @Nullable
        R withoutEffect(Throwable failure);
    }

    /**
     * Processes a request.
     *
     * @param <R> result of a request
     */
    @FunctionalInterface
    public interface Work<R> {
        /**
         * Processes a request.
         *
         * @param earlier result of an earlier attempt that is not final; null for the first
         */
        CompletableFuture<R> process(@Nullable R earlier);
    }

    /** Use of a key by one request. */
    public final class Claim {
        private final String key;
        private final byte[] fingerprint;
        private final long expiresAt;
        private final CompletableFuture<R> result = new CompletableFuture<>();
        private final boolean first;
        private final @Nullable R earlier;

        private Claim(String key, byte[] fingerprint, long expiresAt, @Nullable R earlier) {
            this.key = key;
            this.fingerprint = fingerprint;
            this.expiresAt = expiresAt;
            this.earlier = earlier;
            this.first = true;
        }

        private Claim(Claim first) {
            this.key = first.key;
            this.fingerprint = first.fingerprint;
            this.expiresAt = first.expiresAt;
            this.first = false;
            this.earlier = null;
            first.result.whenComplete((made, failure) -> {
                if (failure == null) {
                    result.complete(made);
                } else {
                    result.completeExceptionally(failure);
                }
            });
        }

        /** Reports whether this is the first request with its key, which must be processed. */
        public boolean isFirst() {
            return first;
        }

        /** Returns the result of the first request. */
        public CompletableFuture<R> result() {
            return result;
        }

        /** Processes the first request; a failure without effect releases its key. */
        public void process(Supplier<CompletableFuture<R>> work) {
            CompletableFuture<R> made;
            try {
                made = work.get();
            } catch (RuntimeException | Error failure) {
                boolean released = results.withoutEffect(failure) != null;
                fail(failure);
                if (released) {
                    return;
                }
                throw failure;
            }
            made.whenComplete((done, failure) -> {
                if (failure == null) {
                    complete(done);
                } else {
                    fail(failure);
                }
            });
        }

        private void complete(R made) {
            synchronized (IdempotencyCache.this) {
                bytes += results.size(made);
            }
            result.complete(made);
        }

        /** Ends the first request after a failure. */
        public void fail(Throwable failure) {
            R released = results.withoutEffect(failure);
            if (released == null) {
                complete(results.failed());
            } else {
                remove(this);
                result.complete(released);
            }
        }
    }

    private final Results<R> results;
    /** First requests by key, in order of insertion and therefore of expiry. */
    private final Map<String, Claim> claims = new LinkedHashMap<>();

    private long ttlMillis;
    private long maxSize;
    private long bytes;

    /** Creates an empty cache with the default limits. */
    public IdempotencyCache(Results<R> results) {
        this.results = results;
        limits(DEFAULT_TTL, DEFAULT_MAX_SIZE);
    }

    /** Sets the limits; stored results keep their time. */
    public synchronized void limits(Duration ttl, long maxBytes) {
        ttlMillis = ttl.toMillis();
        maxSize = maxBytes;
    }

    /**
     * Returns the result of the first request with a key.
     *
     * @param fingerprint hash of the request; a key is valid for equal requests only
     * @param now time in milliseconds, of a monotonic clock
     * @param work processes the first request; after a failure without effect the key can be used again
     * @throws KeyRejectedException if the key was used for another request, or the memory is full
     */
    public CompletableFuture<R> once(String key, byte[] fingerprint, long now, Work<R> work) {
        Claim claim = claim(key, fingerprint, now);
        if (claim.isFirst()) {
            claim.process(() -> work.process(claim.earlier));
        }
        return claim.result();
    }

    /**
     * Claims a key for a request; the first one must be processed or fail.
     *
     * @param fingerprint hash of the request
     * @param now time in milliseconds, of a monotonic clock
     * @throws KeyRejectedException if the key was used for another request, or the memory is full
     */
    public synchronized Claim claim(String key, byte[] fingerprint, long now) {
        expire(now);
        Claim first = claims.get(key);
        if (first != null) {
            if (!MessageDigest.isEqual(first.fingerprint, fingerprint)) {
                throw KeyRejectedException.reused();
            }
            if (!first.result.isDone()) {
                return new Claim(first);
            }
            R made = first.result.join();
            if (results.isFinal(made)) {
                return new Claim(first);
            }
            claims.remove(key);
            bytes -= results.size(made);
            Claim next = new Claim(key, fingerprint, now + ttlMillis, made);
            claims.put(key, next);
            return next;
        }
        long size = OVERHEAD + 2L * key.length();
        if (bytes + size > maxSize && !claims.isEmpty()) {
            long expiresAt = claims.values().iterator().next().expiresAt;
            throw KeyRejectedException.full("key", expiresAt - now);
        }
        Claim own = new Claim(key, fingerprint, now + ttlMillis, null);
        claims.put(key, own);
        bytes += size;
        return own;
    }

    private void expire(long now) {
        Iterator<Claim> all = claims.values().iterator();
        while (all.hasNext()) {
            Claim oldest = all.next();
            if (oldest.expiresAt > now) {
                return;
            }
            if (!oldest.result.isDone()) {
                continue;
            }
            all.remove();
            bytes -= OVERHEAD + 2L * oldest.key.length() + results.size(oldest.result.join());
        }
    }

    private synchronized void remove(Claim claim) {
        if (claims.remove(claim.key, claim)) {
            bytes -= OVERHEAD + 2L * claim.key.length();
        }
    }
}
