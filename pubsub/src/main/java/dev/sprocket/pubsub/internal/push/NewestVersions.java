package dev.sprocket.pubsub.internal.push;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Newest published version of each topic.
 *
 * <p>Events with versions of one topic are published one after another. Versions never expire early; if the memory is
 * full, versions of further topics are rejected.
 */
@ThreadSafe
final class NewestVersions {
    /** Approximate memory of a topic in bytes, in addition to its name. */
    static final int OVERHEAD = 256;

    /** Default memory in bytes: 16 MiB, for at most 65,536 topics. */
    static final int DEFAULT_MAX_SIZE = 16 << 20;

    /** Newest version of a topic; fields are guarded by the registry. */
    static final class Newest {
        private final String topic;
        private long version = -1;
        private long expiresAt = Long.MAX_VALUE;
        /** Number of requests that are not yet complete. */
        private int requests;
        /** True while it is in the queue of expiries. */
        private boolean queued;
        /** Completes when the latest request has been published or has failed. */
        private CompletableFuture<Void> turn = CompletableFuture.completedFuture(null);

        private Newest(String topic) {
            this.topic = topic;
        }

        private long size() {
            return OVERHEAD + 2L * topic.length();
        }
    }

    /** Time at which a version was to expire when it was queued. */
    private record Expiry(long at, Newest newest) implements Comparable<Expiry> {
        @Override
        public int compareTo(Expiry other) {
            return Long.compare(at, other.at);
        }
    }

    private final Map<String, Newest> topics = new HashMap<>();
    /** One element for each published topic; it may be too early. */
    private final PriorityQueue<Expiry> expiries = new PriorityQueue<>();

    private long maxSize = DEFAULT_MAX_SIZE;
    private long bytes;

    /** Sets the limit of the memory, in bytes. */
    synchronized void maxSize(long maxBytes) {
        maxSize = maxBytes;
    }

    /**
     * Reserves memory for the version of a topic; {@link #publish} or {@link #release} must follow.
     *
     * @param now time in milliseconds, of a monotonic clock
     * @throws KeyRejectedException if the memory is full
     */
    synchronized Newest reserve(String topic, long now) {
        expire(now);
        Newest newest = topics.get(topic);
        if (newest == null) {
            newest = new Newest(topic);
            if (bytes + newest.size() > maxSize && !topics.isEmpty()) {
                Expiry next = expiries.peek();
                throw KeyRejectedException.full("topic with a version", next == null ? 0 : next.at - now);
            }
            topics.put(topic, newest);
            bytes += newest.size();
        }
        newest.requests++;
        return newest;
    }

    /** Releases a reservation that was not used. */
    synchronized void release(Newest newest) {
        newest.requests--;
        if (newest.version < 0 && newest.requests == 0 && topics.remove(newest.topic, newest)) {
            bytes -= newest.size();
        }
    }

    /**
     * Publishes an event if its version is newer, after earlier requests of its topic.
     *
     * @param newest reservation, which ends
     * @param now time in milliseconds, of a monotonic clock
     * @param ttl time for which the version is kept, in milliseconds
     * @param publish publishes the event; a failure leaves the newest version as it was
     * @param superseded result if the version is not newer
     */
    <R> CompletableFuture<R> publish(
            Newest newest, long version, long now, long ttl, Supplier<CompletionStage<R>> publish, R superseded) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> before;
        synchronized (this) {
            before = newest.turn;
            newest.turn = mine;
        }
        return before.thenCompose(turn -> {
                    if (!isNewer(newest, version, now)) {
                        return CompletableFuture.completedFuture(superseded);
                    }
                    return publish.get().thenApply(done -> {
                        published(newest, version, now + ttl);
                        return done;
                    });
                })
                .whenComplete((done, failure) -> {
                    release(newest);
                    mine.complete(null);
                });
    }

    private synchronized boolean isNewer(Newest newest, long version, long now) {
        return version > newest.version || newest.expiresAt <= now;
    }

    private synchronized void published(Newest newest, long version, long expiresAt) {
        newest.version = version;
        newest.expiresAt = expiresAt;
        if (!newest.queued) {
            newest.queued = true;
            expiries.add(new Expiry(expiresAt, newest));
        }
    }

    private void expire(long now) {
        for (Expiry next = expiries.peek(); next != null && next.at <= now; next = expiries.peek()) {
            expiries.remove();
            Newest newest = next.newest;
            if (newest.expiresAt > now || newest.requests > 0) {
                expiries.add(new Expiry(Math.max(newest.expiresAt, now + 1), newest));
            } else if (topics.remove(newest.topic, newest)) {
                bytes -= newest.size();
            }
        }
    }
}
