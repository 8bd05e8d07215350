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
 * The answers to requests with an idempotency key, for some time: a repeat is answered the same, also while the first one is
 * still being answered. Nothing is forgotten before its time; if there is no room for another key, its request is refused.
 */
@ThreadSafe
final class IdempotencyCache {
    /** What an entry costs beside its key and its answer, in bytes, roughly. */
    private static final int OVERHEAD = 512;

    private static final HttpResponse FAILED = PushRejectedException.error(500, "failed, see the log");

    private record Entry(byte[] print, CompletableFuture<HttpResponse> answer, long until) {}

    private final long lifetime;
    private final long most;
    /** By key, in the order in which they came, which is the order in which they end. */
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private long bytes;

    IdempotencyCache(Duration lifetime, long mostBytes) {
        this.lifetime = lifetime.toMillis();
        this.most = mostBytes;
    }

    /**
     * The answer to the first request with this key.
     *
     * @param print tells requests apart: a key is for one
     * @param work answers the first; if it throws {@link PushRejectedException} it did nothing, and the key is free again
     */
    CompletableFuture<HttpResponse> once(String key, byte[] print, long now, Supplier<HttpResponse> work) {
        Entry own = new Entry(print, new CompletableFuture<>(), now + lifetime);
        Entry first = enter(key, own, now);
        if (first != null) {
            if (!MessageDigest.isEqual(first.print, print)) {
                throw new PushRejectedException(422, "Idempotency-Key was used for another request");
            }
            return first.answer;
        }
        try {
            finish(own, work.get());
        } catch (PushRejectedException e) {
            leave(key);
            own.answer.complete(e.answer());
        } finally {
            if (!own.answer.isDone()) {
                // how far it came is not known, so it must not be done again
                finish(own, FAILED);
            }
        }
        return own.answer;
    }

    /** The entry that has the key already, or null. */
    private synchronized @Nullable Entry enter(String key, Entry own, long now) {
        expire(now);
        Entry first = entries.get(key);
        if (first != null) {
            return first;
        }
        long size = OVERHEAD + 2L * key.length();
        if (bytes + size > most && !entries.isEmpty()) {
            long until = entries.values().iterator().next().until;
            throw new PushRejectedException(503, "no room for another Idempotency-Key")
                    .retryAfter((until - now + 999) / 1000);
        }
        entries.put(key, own);
        bytes += size;
        return null;
    }

    private void expire(long now) {
        Iterator<Map.Entry<String, Entry>> all = entries.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, Entry> oldest = all.next();
            CompletableFuture<HttpResponse> answer = oldest.getValue().answer;
            if (oldest.getValue().until > now || !answer.isDone()) {
                return;
            }
            all.remove();
            bytes -= OVERHEAD
                    + 2L * oldest.getKey().length()
                    + answer.join().body().size();
        }
    }

    private synchronized void leave(String key) {
        if (entries.remove(key) != null) {
            bytes -= OVERHEAD + 2L * key.length();
        }
    }

    private void finish(Entry own, HttpResponse answer) {
        synchronized (this) {
            bytes += answer.body().size();
        }
        own.answer.complete(answer);
    }
}
