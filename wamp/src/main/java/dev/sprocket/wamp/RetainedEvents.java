package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.spi.SafeText;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.PublishListener;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The retained events of the realms that share their topics: for each topic the newest for everybody, and a newer one for some. In memory.
 *
 * <p>A retained publish without arguments removes what is retained of its topic. Events expire by their time to live.
 */
@ThreadSafe
final class RetainedEvents implements PublishListener {
    /** How many events a subscription to a pattern may bring at once. */
    static final int MAX_PER_SUBSCRIPTION = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(RetainedEvents.class);
    /** How often expired events of all topics are removed. */
    private static final long PURGE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private record Event(
            PublishedEvent published, Audience audience, RetainOption retention, long size, long retainedAt) {
        boolean isExpired(long now) {
            return retention.ttlNanos() != 0 && now - retainedAt >= retention.ttlNanos();
        }
    }

    private record TopicEvents(@Nullable Event unrestricted, @Nullable Event restricted) {}

    private final NavigableMap<String, TopicEvents> byTopic = new TreeMap<>();
    private final LongSupplier clock;
    private long lastPurge;
    private boolean listening;

    RetainedEvents() {
        this(System::nanoTime);
    }

    RetainedEvents(LongSupplier clock) {
        this.clock = clock;
        this.lastPurge = clock.getAsLong();
    }

    /** Retains what is published there from now on. */
    synchronized void attachTo(Topics topics) {
        if (!listening) {
            listening = true;
            topics.addListener(this);
        }
    }

    /** Throws {@link CallException} if an event cannot be retained because of a limit. */
    synchronized void checkLimits(String topic, V2Event event) {
        RetainOption retention = event.retention();
        if (retention == null || event.arguments().isEmpty()) {
            return;
        }
        purge();
        TopicEvents before = byTopic.get(topic);
        Event replaced =
                before == null ? null : event.recipients().isUnrestricted() ? before.unrestricted : before.restricted;
        long more = size(topic, event) - (replaced == null ? 0 : replaced.size);
        retention.owner().checkIncrease(MemoryUsage.Kind.RETAINED, replaced == null ? 1 : 0, more, retention.limits());
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
        if (event != null && event.retention() != null) {
            retain(published, event, event.retention(), audience);
        }
    }

    @SuppressWarnings("ReferenceEquality") // this event, not an equal one
    private synchronized void retain(
            PublishedEvent published, V2Event event, RetainOption retention, Audience audience) {
        String topic = published.topic().id();
        if (event.arguments().isEmpty()) {
            clear(topic);
            return;
        }
        TopicEvents before = byTopic.getOrDefault(topic, new TopicEvents(null, null));
        PublishedEvent compact = new PublishedEvent(
                published.topic(),
                dev.sprocket.pubsub.Event.ofPayload(event.compact()),
                published.number(),
                published.subscribedTopic());
        Event kept = new Event(compact, audience, retention, size(topic, event), clock.getAsLong());
        TopicEvents after = event.recipients().isUnrestricted()
                ? newest(before, new TopicEvents(kept, null))
                : newest(before, new TopicEvents(null, kept));
        if (after.unrestricted != kept && after.restricted != kept) {
            return; // another publisher was later
        }
        try {
            retention.owner().reserve(MemoryUsage.Kind.RETAINED, kept.size, retention.limits());
        } catch (CallException excess) {
            // it was checked before; others were faster
            LOG.warn("event not retained: topic={} reason={}", SafeText.excerpt(topic), excess.description());
            return;
        }
        release(before, after);
        byTopic.put(topic, after);
    }

    @Override
    public boolean clearRetained(String topic) {
        return clear(topic);
    }

    /** Removes what is retained of a topic. Returns false if there is nothing. */
    synchronized boolean clear(String topic) {
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

    /** Removes all that has expired, now and then. */
    private void purge() {
        long now = clock.getAsLong();
        if (now - lastPurge < PURGE_INTERVAL_NANOS) {
            return;
        }
        lastPurge = now;
        byTopic.entrySet().removeIf(entry -> {
            TopicEvents left = unexpired(entry.getValue(), now);
            release(entry.getValue(), left);
            entry.setValue(left);
            return left.unrestricted == null && left.restricted == null;
        });
    }

    private static TopicEvents unexpired(TopicEvents kept, long now) {
        return new TopicEvents(unexpired(kept.unrestricted, now), unexpired(kept.restricted, now));
    }

    private static @Nullable Event unexpired(@Nullable Event event, long now) {
        return event == null || event.isExpired(now) ? null : event;
    }

    /** Publishers on several threads are not heard of in the order in which the subscribers hear them. */
    private static TopicEvents newest(TopicEvents before, TopicEvents now) {
        Event all = newer(before.unrestricted, now.unrestricted);
        Event some = newer(before.restricted, now.restricted);
        boolean replaced = all != null && some != null && all.published.number() > some.published.number();
        return new TopicEvents(all, replaced ? null : some);
    }

    private static @Nullable Event newer(@Nullable Event one, @Nullable Event other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.published.number() > other.published.number() ? one : other;
    }

    /**
     * What a new subscriber of a topic or pattern hears first. Throws {@link CallException} if that is more than {@link
     * #MAX_PER_SUBSCRIPTION}.
     */
    synchronized List<PublishedEvent> find(Topic subscribed, Subscriber subscriber) {
        purge();
        List<PublishedEvent> found = new ArrayList<>();
        if (subscribed.match() == MatchPolicy.EXACT) {
            add(byTopic.get(subscribed.id()), subscriber, found);
            return found;
        }
        String beginning = subscribed.match().literalPrefix(subscribed.id());
        for (Map.Entry<String, TopicEvents> entry :
                byTopic.tailMap(beginning, true).entrySet()) {
            if (!entry.getKey().startsWith(beginning)) {
                break;
            }
            if (subscribed.match().matches(subscribed.id(), entry.getKey())) {
                add(entry.getValue(), subscriber, found);
            }
            if (found.size() > MAX_PER_SUBSCRIPTION) {
                throw new CallException(
                        "wamp.error.unavailable",
                        "more than " + MAX_PER_SUBSCRIPTION + " retained events (expected: a narrower pattern)");
            }
        }
        return found;
    }

    private void add(@Nullable TopicEvents stored, Subscriber subscriber, List<PublishedEvent> found) {
        TopicEvents kept = stored == null ? new TopicEvents(null, null) : unexpired(stored, clock.getAsLong());
        if (kept.restricted != null && kept.restricted.audience.includes(subscriber)) {
            found.add(kept.restricted.published);
        } else if (kept.unrestricted != null && kept.unrestricted.audience.includes(subscriber)) {
            found.add(kept.unrestricted.published);
        }
    }
}
