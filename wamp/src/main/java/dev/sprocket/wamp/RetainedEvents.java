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
    static final int MOST_AT_ONCE = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(RetainedEvents.class);
    /** How often expired events of all topics are removed. */
    private static final long PURGE = TimeUnit.SECONDS.toNanos(10);

    private record Event(PublishedEvent published, Audience audience, RetainOption retention, long size, long since) {
        boolean isExpired(long now) {
            return retention.ttlNanos() != 0 && now - since >= retention.ttlNanos();
        }
    }

    private record Kept(@Nullable Event all, @Nullable Event some) {}

    private final NavigableMap<String, Kept> byTopic = new TreeMap<>();
    private final LongSupplier clock;
    private long purged;
    private boolean listening;

    RetainedEvents() {
        this(System::nanoTime);
    }

    RetainedEvents(LongSupplier clock) {
        this.clock = clock;
        this.purged = clock.getAsLong();
    }

    /** Retains what is published there from now on. */
    synchronized void listenTo(Topics topics) {
        if (!listening) {
            listening = true;
            topics.listen(this);
        }
    }

    /** Throws {@link CallException} if an event cannot be retained because of a limit. */
    synchronized void check(String topic, V2Event event) {
        RetainOption retention = event.retention();
        if (retention == null || event.arguments().isNothing()) {
            return;
        }
        purge();
        Kept before = byTopic.get(topic);
        Event replaced = before == null ? null : event.terms().isForEverybody() ? before.all : before.some;
        long more = size(topic, event) - (replaced == null ? 0 : replaced.size);
        retention.owner().check(MemoryUsage.Kind.RETAINED, replaced == null ? 1 : 0, more, retention.limits());
    }

    private static long size(String topic, V2Event event) {
        return MemoryUsage.OVERHEAD
                + 2L * topic.length()
                + event.arguments().size()
                + event.terms().size();
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
        if (event.arguments().isNothing()) {
            clear(topic);
            return;
        }
        Kept before = byTopic.getOrDefault(topic, new Kept(null, null));
        PublishedEvent compact = new PublishedEvent(
                published.topic(),
                dev.sprocket.pubsub.Event.carrying(event.compact()),
                published.number(),
                published.through());
        Event kept = new Event(compact, audience, retention, size(topic, event), clock.getAsLong());
        Kept after = event.terms().isForEverybody()
                ? newest(before, new Kept(kept, null))
                : newest(before, new Kept(null, kept));
        if (after.all != kept && after.some != kept) {
            return; // another publisher was later
        }
        try {
            retention.owner().take(MemoryUsage.Kind.RETAINED, kept.size, retention.limits());
        } catch (CallException excess) {
            // it was checked before; others were faster
            LOG.warn("event not retained: topic={} reason={}", SafeText.excerpt(topic), excess.description());
            return;
        }
        giveBack(before, after);
        byTopic.put(topic, after);
    }

    @Override
    public boolean clearRetained(String topic) {
        return clear(topic);
    }

    /** Removes what is retained of a topic. Returns false if there is nothing. */
    synchronized boolean clear(String topic) {
        Kept removed = byTopic.remove(topic);
        if (removed != null) {
            giveBack(removed, new Kept(null, null));
        }
        return removed != null;
    }

    private static void giveBack(Kept before, Kept after) {
        giveBack(before.all, after.all);
        giveBack(before.some, after.some);
    }

    @SuppressWarnings("ReferenceEquality") // the same event, not an equal one
    private static void giveBack(@Nullable Event before, @Nullable Event after) {
        if (before != null && before != after) {
            before.retention.owner().give(MemoryUsage.Kind.RETAINED, before.size);
        }
    }

    /** Removes all that has expired, now and then. */
    private void purge() {
        long now = clock.getAsLong();
        if (now - purged < PURGE) {
            return;
        }
        purged = now;
        byTopic.entrySet().removeIf(entry -> {
            Kept left = left(entry.getValue(), now);
            giveBack(entry.getValue(), left);
            entry.setValue(left);
            return left.all == null && left.some == null;
        });
    }

    private static Kept left(Kept kept, long now) {
        return new Kept(left(kept.all, now), left(kept.some, now));
    }

    private static @Nullable Event left(@Nullable Event event, long now) {
        return event == null || event.isExpired(now) ? null : event;
    }

    /** Publishers on several threads are not heard of in the order in which the subscribers hear them. */
    private static Kept newest(Kept before, Kept now) {
        Event all = later(before.all, now.all);
        Event some = later(before.some, now.some);
        boolean replaced = all != null && some != null && all.published.number() > some.published.number();
        return new Kept(all, replaced ? null : some);
    }

    private static @Nullable Event later(@Nullable Event one, @Nullable Event other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.published.number() > other.published.number() ? one : other;
    }

    /**
     * What a new subscriber of a topic or pattern hears first. Throws {@link CallException} if that is more than {@link
     * #MOST_AT_ONCE}.
     */
    synchronized List<PublishedEvent> of(Topic subscribed, Subscriber subscriber) {
        purge();
        List<PublishedEvent> found = new ArrayList<>();
        if (subscribed.match() == MatchPolicy.EXACT) {
            add(byTopic.get(subscribed.id()), subscriber, found);
            return found;
        }
        String beginning = subscribed.match().beginning(subscribed.id());
        for (Map.Entry<String, Kept> entry : byTopic.tailMap(beginning, true).entrySet()) {
            if (!entry.getKey().startsWith(beginning)) {
                break;
            }
            if (subscribed.match().fits(subscribed.id(), entry.getKey())) {
                add(entry.getValue(), subscriber, found);
            }
            if (found.size() > MOST_AT_ONCE) {
                throw new CallException(
                        "wamp.error.unavailable",
                        "more than " + MOST_AT_ONCE + " retained events (expected: a narrower pattern)");
            }
        }
        return found;
    }

    private void add(@Nullable Kept stored, Subscriber subscriber, List<PublishedEvent> found) {
        Kept kept = stored == null ? new Kept(null, null) : left(stored, clock.getAsLong());
        if (kept.some != null && kept.some.audience.includes(subscriber)) {
            found.add(kept.some.published);
        } else if (kept.all != null && kept.all.audience.includes(subscriber)) {
            found.add(kept.all.published);
        }
    }
}
