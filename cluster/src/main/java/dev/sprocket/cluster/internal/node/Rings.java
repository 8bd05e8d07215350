package dev.sprocket.cluster.internal.node;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.internal.log.EnvelopeLog;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Latest events of all followed topics, within a limit of their memory.
 *
 * <p>Changed by the executor of the node, read by all.
 */
@ThreadSafe
final class Rings {
    /** Number of rings among which the largest is chosen. */
    private static final int SAMPLES = 16;

    private final FollowedTopics followed;
    private final AtomicLong bytes = new AtomicLong();
    private volatile long maxBytes;
    private volatile Function<String, TopicSettings.@Nullable History> histories = topic -> null;

    @SuppressWarnings("ThreadSafe") // confined to the executor
    private Iterator<FollowedTopic> cursor = Collections.emptyIterator();

    Rings(FollowedTopics followed, long maxBytes) {
        this.followed = followed;
        this.maxBytes = maxBytes;
    }

    /** Sets the limits of each topic. */
    void configure(Function<String, TopicSettings.@Nullable History> limits) {
        histories = limits;
    }

    /** Sets the limit of all rings, from the next event on. */
    void maxBytes(long limit) {
        maxBytes = limit;
    }

    long bytes() {
        return bytes.get();
    }

    /** Returns the ring of a followed topic within its limits; null without one. */
    @Nullable
    EnvelopeLog find(String topic) {
        FollowedTopic state = followed.get(topic);
        EnvelopeLog ring = state == null ? null : state.events();
        TopicSettings.History limits = ring == null || ring.size() == 0 ? null : histories.apply(topic);
        if (ring != null && limits != null) {
            synchronized (ring) {
                ring.trim(limits, System.currentTimeMillis());
            }
        }
        return ring;
    }

    /** Returns followed topics with events. */
    EventLog.Names topics(MatchPolicy match, String pattern, int max) {
        List<String> found = new ArrayList<>();
        int examined = 0;
        for (FollowedTopic state : followed.values()) {
            EnvelopeLog ring = state.ring();
            examined++;
            if (found.size() < max && ring != null && ring.size() > 0 && match.matches(pattern, state.topic)) {
                found.add(state.topic);
            }
        }
        return new EventLog.Names(found, examined, true);
    }

    /** Counts an event, and removes events beyond the limits. */
    void onAppended(String topic, long added) {
        bytes.addAndGet(added);
        FollowedTopic state = followed.get(topic);
        EnvelopeLog ring = state == null ? null : state.ring();
        if (ring == null) {
            return;
        }
        TopicSettings.History limits = histories.apply(topic);
        if (limits != null) {
            change(ring, () -> ring.trim(limits, System.currentTimeMillis()));
        }
        while (bytes.get() > maxBytes) {
            EnvelopeLog largest = largest(ring);
            if (largest.size() == 0) {
                return;
            }
            change(largest, () -> largest.removeOldest(Gap.Reason.EVICTED));
        }
    }

    /** Ends the count of events that a ring has lost by a gap. */
    void onReset(long lost) {
        bytes.addAndGet(-lost);
    }

    /** Ends the count of a topic that is not followed any more. */
    void onRemoved(FollowedTopic state) {
        EnvelopeLog ring = state.ring();
        bytes.addAndGet(ring == null ? 0 : -ring.bytes());
    }

    /** Removes the events of a topic. */
    void clear(String topic) {
        FollowedTopic state = followed.get(topic);
        EnvelopeLog ring = state == null ? null : state.ring();
        if (ring != null) {
            change(ring, () -> ring.reset(ring.top()));
        }
    }

    private void change(EnvelopeLog ring, Runnable change) {
        synchronized (ring) {
            long before = ring.bytes();
            change.run();
            bytes.addAndGet(ring.bytes() - before);
        }
    }

    private EnvelopeLog largest(EnvelopeLog one) {
        EnvelopeLog largest = one;
        for (int i = 0; i < SAMPLES; i++) {
            if (!cursor.hasNext()) {
                cursor = followed.values().iterator();
            }
            EnvelopeLog other = cursor.hasNext() ? cursor.next().ring() : null;
            if (other != null && other.bytes() > largest.bytes()) {
                largest = other;
            }
        }
        return largest;
    }
}
