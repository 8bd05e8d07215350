package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.http.HttpResponse;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stores the responses to requests with an {@code Idempotency-Key}.
 *
 * <p>A repeated request gets the same response, also while the first one is in progress. Entries never expire early; if
 * the memory is full, requests with a new key are rejected.
 */
@ThreadSafe
final class IdempotencyCache {
    /** Approximate memory of an entry in bytes, in addition to key and response. */
    private static final int OVERHEAD = 512;

    private static final HttpResponse FAILED = PushRejectedException.error(500, "failed, see the log");

    private record Entry(byte[] fingerprint, CompletableFuture<HttpResponse> response, long expiresAt) {}

    private final long ttl;
    private final long maxSize;
    /** Entries by key, in order of insertion and therefore of expiry. */
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private long bytes;

    IdempotencyCache(Duration ttl, long maxSize) {
        this.ttl = ttl.toMillis();
        this.maxSize = maxSize;
    }

    /**
     * Returns the response to the first request with a key.
     *
     * @param fingerprint hash of the request; a key is valid for equal requests only
     * @param work processes the first request; after a {@link PushRejectedException} the key can be used again
     */
    CompletableFuture<HttpResponse> once(
            String key, byte[] fingerprint, long now, Supplier<CompletableFuture<HttpResponse>> work) {
        Entry own = new Entry(fingerprint, new CompletableFuture<>(), now + ttl);
        Entry first = putIfAbsent(key, own, now);
        if (first != null) {
            if (!MessageDigest.isEqual(first.fingerprint, fingerprint)) {
                throw new PushRejectedException(422, "Idempotency-Key was used for another request");
            }
            return first.response;
        }
        CompletableFuture<HttpResponse> response;
        try {
            response = work.get();
        } catch (PushRejectedException e) {
            response = CompletableFuture.failedFuture(e);
        } catch (Throwable failure) {
            // the progress is unknown, so it must not be repeated
            complete(own, FAILED);
            throw failure;
        }
        response.whenComplete((made, failure) -> {
            if (failure instanceof PushRejectedException e) {
                remove(key);
                own.response.complete(e.response());
            } else {
                complete(own, failure == null ? made : FAILED);
            }
        });
        return own.response;
    }

    /** Adds an entry; returns the existing one of the key, or null. */
    private synchronized @Nullable Entry putIfAbsent(String key, Entry own, long now) {
        expire(now);
        Entry first = entries.get(key);
        if (first != null) {
            return first;
        }
        long size = OVERHEAD + 2L * key.length();
        if (bytes + size > maxSize && !entries.isEmpty()) {
            long expiresAt = entries.values().iterator().next().expiresAt;
            throw new PushRejectedException(503, "no room for another Idempotency-Key")
                    .retryAfter((expiresAt - now + 999) / 1000);
        }
        entries.put(key, own);
        bytes += size;
        return null;
    }

    private void expire(long now) {
        Iterator<Map.Entry<String, Entry>> all = entries.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, Entry> oldest = all.next();
            CompletableFuture<HttpResponse> response = oldest.getValue().response;
            if (oldest.getValue().expiresAt > now || !response.isDone()) {
                return;
            }
            all.remove();
            bytes -= OVERHEAD
                    + 2L * oldest.getKey().length()
                    + response.join().body().size();
        }
    }

    private synchronized void remove(String key) {
        if (entries.remove(key) != null) {
            bytes -= OVERHEAD + 2L * key.length();
        }
    }

    private void complete(Entry own, HttpResponse response) {
        synchronized (this) {
            bytes += response.body().size();
        }
        own.response.complete(response);
    }
}
