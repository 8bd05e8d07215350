package dev.sprocket.cluster.internal.node;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.internal.metrics.ClusterMetrics;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog.UnavailableException;
import dev.sprocket.pubsub.Published;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Events of this node that are on their way to the log.
 *
 * <p>Such an event ends when the engine has answered and when the event has come back: for the topic if it is followed
 * here, and for patterns if some of this node match.
 */
@ThreadSafe
final class PendingAppends {
    /** Event on its way; its state is changed by the executor of the node. */
    static final class Pending {
        final String topic;
        /** Event as it was published. */
        final Event event;

        final byte[] envelope;
        final CompletableFuture<Published> result = new CompletableFuture<>();
        /** Number of subscribers of the topic to which it was delivered; -1 before. */
        int subscribers = -1;
        /** Number of subscribers of patterns to which it was delivered; -1 before. */
        int patternSubscribers;
        /** Answer of the engine; null before. */
        Engine.@Nullable Appended answer;

        /** Time of the publish; 0 if it is not measured. */
        final long startedNanos = ClusterMetrics.RECEIPT.start();

        long answeredNanos;

        Pending(String topic, Event event, byte[] envelope, boolean forPatterns) {
            this.topic = topic;
            this.event = event;
            this.envelope = envelope;
            this.patternSubscribers = forPatterns ? -1 : 0;
        }

        /** Reports whether it was delivered to all subscribers of this node. */
        boolean isDelivered() {
            return subscribers >= 0 && patternSubscribers >= 0;
        }
    }

    private final Map<Long, Pending> byPublication = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final long maxBytes;

    PendingAppends(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    long bytes() {
        return bytes.get();
    }

    /**
     * Adds an event.
     *
     * @param forPatterns true if it comes back for the patterns of this node
     * @throws UnavailableException if too many bytes are on their way
     */
    Pending add(long publication, String topic, Event event, byte[] envelope, boolean forPatterns) {
        if (bytes.addAndGet(envelope.length) > maxBytes) {
            bytes.addAndGet(-envelope.length);
            throw new UnavailableException(
                    "too many events wait for the engine (expected: at most " + maxBytes + " bytes)");
        }
        Pending added = new Pending(topic, event, envelope, forPatterns);
        if (byPublication.putIfAbsent(publication, added) != null) {
            bytes.addAndGet(-envelope.length);
            throw new IllegalArgumentException("publication id " + publication + " is on its way already");
        }
        return added;
    }

    @Nullable
    Pending get(long publication) {
        return byPublication.get(publication);
    }

    Iterable<Map.Entry<Long, Pending>> all() {
        return byPublication.entrySet();
    }

    /** Removes an event that has ended; the caller completes its result. */
    void remove(long publication, Pending ended) {
        if (byPublication.remove(publication, ended)) {
            bytes.addAndGet(-ended.envelope.length);
        }
    }
}
