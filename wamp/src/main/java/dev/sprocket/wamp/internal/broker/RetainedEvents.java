package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.PublishListener;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Retained events of the realms that share their topics, in memory.
 *
 * <p>Stores per topic the last event for all subscribers, and a newer one for some of them. A retained publish
 * without arguments removes the retained events of its topic. Events expire by their time to live, and by that of the
 * history of their topic.
 */
@ThreadSafe
public final class RetainedEvents implements PublishListener {
    /** Maximum number of retained events sent for a subscription to a pattern. */
    public static final int MAX_PER_SUBSCRIPTION = 1000;

    private static final PeerLog LOG = PeerLog.of(RetainedEvents.class);
    /** Interval at which the expired events of all topics are removed. */
    private static final long PURGE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Time to live from which on a history does not limit retained events. */
    private static final Duration LONGEST_TTL = Duration.ofDays(36_500);

    private record Event(
            PublishedEvent published, Audience audience, RetainOption retention, long size, long retainedAt) {
        boolean includes(Subscriber subscriber) {
            return audience.includes(subscriber);
        }

        /**
         * Reports whether the time to live has passed.
         *
         * @param history time for which the topic keeps events, in nanoseconds; 0 if it has no history
         */
        boolean isExpired(long now, long history) {
            long own = retention.ttlNanos();
            long ttl = own == 0 || history == 0 ? Math.max(own, history) : Math.min(own, history);
            return ttl != 0 && now - retainedAt >= ttl;
        }
    }

    private record TopicEvents(@Nullable Event unrestricted, @Nullable Event restricted) {}

    private final NavigableMap<String, TopicEvents> byTopic = new TreeMap<>();
    private final LongSupplier clock;
    private long lastPurge;
    /** Null before {@link #attachTo}. */
    private volatile @Nullable Topics topics;

    private volatile @Nullable ClusterRetained cluster;

    public RetainedEvents() {
        this(System::nanoTime);
    }

    public RetainedEvents(LongSupplier clock) {
        this.clock = clock;
        this.lastPurge = clock.getAsLong();
    }

    /** Starts retaining the events of these topics. */
    public synchronized void attachTo(Topics source) {
        if (topics == null) {
            topics = source;
            cluster = source.log().isShared() ? new ClusterRetained(source.log(), clock) : null;
            source.addListener(this);
        }
    }

    /** Returns the time to live of a topic's history in nanoseconds; 0 without a history. */
    private long historyNanos(String topic) {
        Topics own = topics;
        return own == null
                ? 0
                : own.topic(topic)
                        .settings()
                        .history()
                        .filter(history -> history.ttl().compareTo(LONGEST_TTL) < 0)
                        .map(history -> history.ttl().toNanos())
                        .orElse(0L);
    }

    /** Checks the limits. Throws {@link CallException} if an event cannot be retained. */
    public void checkLimits(String topic, V2Event event) {
        RetainOption retention = event.retention();
        ClusterRetained shared = cluster;
        if (retention != null && shared != null) {
            shared.checkSpace(event);
        } else if (retention != null && !event.arguments().isEmpty()) {
            checkLimits(topic, event, retention);
        }
    }

    private synchronized void checkLimits(String topic, V2Event event, RetainOption retention) {
        purge();
        TopicEvents before = byTopic.get(topic);
        Event replaced =
                before == null ? null : event.recipients().isUnrestricted() ? before.unrestricted : before.restricted;
        long additional = size(topic, event) - (replaced == null ? 0 : replaced.size);
        retention
                .owner()
                .checkIncrease(MemoryUsage.Kind.RETAINED, replaced == null ? 1 : 0, additional, retention.limits());
    }

    private static long size(String topic, V2Event event) {
        return MemoryUsage.OVERHEAD
                + 2L * topic.length()
                + event.arguments().size()
                + event.recipients().size();
    }

    @Override
    public void onPublished(PublishedEvent published, Audience audience) {
        V2Event event = published.event().payload(V2Event.class).orElse(null);
        ClusterRetained shared = cluster;
        if (event != null && event.retention() != null) {
            if (shared != null) {
                shared.retain(published, event, audience, historyNanos(published.topic()));
            } else {
                retain(published, event, event.retention(), audience);
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // this event, not an equal one
    private synchronized void retain(
            PublishedEvent published, V2Event event, RetainOption retention, Audience audience) {
        String topic = published.topic();
        if (event.arguments().isEmpty()) {
            var unused = clearOwn(topic);
            return;
        }
        TopicEvents before = byTopic.getOrDefault(topic, new TopicEvents(null, null));
        PublishedEvent compact = new PublishedEvent(
                topic,
                dev.sprocket.pubsub.Event.ofPayload(event.compact()),
                published.number(),
                MatchPolicy.EXACT,
                topic,
                published.publication(),
                published.position());
        Event stored = new Event(compact, audience, retention, size(topic, event), clock.getAsLong());
        TopicEvents after = event.recipients().isUnrestricted()
                ? newest(before, new TopicEvents(stored, null))
                : newest(before, new TopicEvents(null, stored));
        if (after.unrestricted != stored && after.restricted != stored) {
            return; // an event of another publisher is newer
        }
        release(before, after);
        try {
            retention.owner().reserve(MemoryUsage.Kind.RETAINED, stored.size, retention.limits());
        } catch (CallException exceeded) {
            // the limits were checked before, but other publishers were faster
            restore(before.unrestricted, after.unrestricted);
            restore(before.restricted, after.restricted);
            LOG.warn(topic, "event not retained: topic={} reason={}", SafeText.excerpt(topic), exceeded.description());
            retention.result().set(CompletableFuture.failedFuture(notRetained(exceeded.description())));
            return;
        }
        byTopic.put(topic, after);
    }

    /** Returns the answer to the publisher of a delivered event that is not retained. */
    static CallException notRetained(String reason) {
        return new CallException("wamp.error.unavailable", "event published, but not retained: " + reason);
    }

    @Override
    public boolean clearRetained(String topic) {
        return clear(topic);
    }

    /** Removes the retained events of a topic. Returns false if there are none. */
    public boolean clear(String topic) {
        ClusterRetained shared = cluster;
        return shared != null ? shared.clear(topic) : clearOwn(topic);
    }

    private synchronized boolean clearOwn(String topic) {
        TopicEvents removed = byTopic.remove(topic);
        if (removed != null) {
            release(removed, new TopicEvents(null, null));
        }
        return removed != null;
    }

    private static void release(TopicEvents before, TopicEvents after) {
        release(before.unrestricted, after.unrestricted);
        release(before.restricted, after.restricted);
    }

    @SuppressWarnings("ReferenceEquality") // the same event, not an equal one
    private static void release(@Nullable Event before, @Nullable Event after) {
        if (before != null && before != after) {
            before.retention.owner().release(MemoryUsage.Kind.RETAINED, before.size);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same event, not an equal one
    private static void restore(@Nullable Event before, @Nullable Event after) {
        if (before != null && before != after) {
            before.retention.owner().restore(MemoryUsage.Kind.RETAINED, before.size);
        }
    }

    /** Removes the expired events if the last purge was long enough ago. */
    private void purge() {
        long now = clock.getAsLong();
        if (now - lastPurge < PURGE_INTERVAL_NANOS) {
            return;
        }
        lastPurge = now;
        byTopic.entrySet().removeIf(entry -> {
            TopicEvents remaining = unexpired(entry.getKey(), entry.getValue(), now);
            release(entry.getValue(), remaining);
            entry.setValue(remaining);
            return remaining.unrestricted == null && remaining.restricted == null;
        });
    }

    private TopicEvents unexpired(String topic, TopicEvents current, long now) {
        long history = historyNanos(topic);
        return new TopicEvents(
                unexpired(current.unrestricted, now, history), unexpired(current.restricted, now, history));
    }

    private static @Nullable Event unexpired(@Nullable Event event, long now, long history) {
        return event == null || event.isExpired(now, history) ? null : event;
    }

    /** Returns the newest events; publishers on several threads may report them out of order. */
    private static TopicEvents newest(TopicEvents before, TopicEvents update) {
        Event unrestricted = newer(before.unrestricted, update.unrestricted);
        Event restricted = newer(before.restricted, update.restricted);
        boolean replaced = unrestricted != null
                && restricted != null
                && unrestricted.published.number() > restricted.published.number();
        return new TopicEvents(unrestricted, replaced ? null : restricted);
    }

    private static @Nullable Event newer(@Nullable Event first, @Nullable Event second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return first.published.number() > second.published.number() ? first : second;
    }

    /**
     * Checks the retained events for a new subscriber of a topic or pattern.
     *
     * <p>Throws {@link CallException} if there are more than {@link #MAX_PER_SUBSCRIPTION}, or if they cannot be read.
     */
    public void checkReadable(Topic subscribed, Subscriber subscriber) {
        ClusterRetained shared = cluster;
        if (shared != null) {
            shared.check();
        } else {
            var unused = find(subscribed, subscriber);
        }
    }

    /** Passes each retained event to a new subscriber, later if servers share them. */
    public void read(Topic subscribed, Subscriber subscriber, Consumer<PublishedEvent> receiver) {
        ClusterRetained shared = cluster;
        if (shared != null) {
            shared.read(subscribed, subscriber, receiver);
        } else {
            find(subscribed, subscriber).forEach(receiver);
        }
    }

    /**
     * Returns the retained events for a new subscriber of a topic or pattern.
     *
     * <p>Throws {@link CallException} if there are more than {@link #MAX_PER_SUBSCRIPTION}.
     */
    public synchronized List<PublishedEvent> find(Topic subscribed, Subscriber subscriber) {
        purge();
        List<PublishedEvent> found = new ArrayList<>();
        if (subscribed.match() == MatchPolicy.EXACT) {
            add(subscribed.id(), byTopic.get(subscribed.id()), subscriber, found);
            return found;
        }
        String prefix = subscribed.match().literalPrefix(subscribed.id());
        for (Map.Entry<String, TopicEvents> entry :
                byTopic.tailMap(prefix, true).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            if (subscribed.match().matches(subscribed.id(), entry.getKey())) {
                add(entry.getKey(), entry.getValue(), subscriber, found);
            }
            if (found.size() > MAX_PER_SUBSCRIPTION) {
                throw new CallException(
                        "wamp.error.unavailable",
                        "more than " + MAX_PER_SUBSCRIPTION + " retained events (expected: a narrower pattern)");
            }
        }
        return found;
    }

    private void add(
            String topic, @Nullable TopicEvents candidates, Subscriber subscriber, List<PublishedEvent> found) {
        if (candidates == null) {
            return;
        }
        TopicEvents current = unexpired(topic, candidates, clock.getAsLong());
        if (current.restricted != null && current.restricted.includes(subscriber)) {
            found.add(current.restricted.published);
        } else if (current.unrestricted != null && current.unrestricted.includes(subscriber)) {
            found.add(current.unrestricted.published);
        }
    }
}
