package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.DropStats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A topic: a stable handle that may be kept. If the topic empties and fills again, the old handle still works; while it is
 * empty it costs nothing but itself. Handles of the same {@link Topics} with the same id are equal.
 *
 * <p>One that is a {@linkplain Topics#pattern pattern} of topics can be subscribed to as any other, and nothing can be published
 * on it.
 *
 * <p>Events of one publisher reach every subscriber in the order they were published in, across topics; an event reaches whoever subscribed before it was published, and nobody whose unsubscribe has returned.
 */
@ThreadSafe
public final class Topic {
    private static final LoopSubscribers[] NONE = {};

    private final Topics topics;
    private final String id;
    private final MatchPolicy match;
    /** Those with subscribers. */
    private volatile LoopSubscribers[] loopSubscribers = NONE;
    /** While it has subscribers. */
    private volatile @Nullable TopicOverflow overflow;

    private long window;
    /** Since it was filled; under this topic's lock. */
    private long published;

    Topic(Topics topics, String id, MatchPolicy match) {
        this.topics = topics;
        this.id = id;
        this.match = match;
    }

    /** Its name. */
    public String id() {
        return id;
    }

    /** Whether it is a topic, or which kind of a pattern of topics. */
    public MatchPolicy match() {
        return match;
    }

    /** How many are subscribed. */
    public int size() {
        return topics.active(this).map(Topic::subscriberCount).orElse(0);
    }

    synchronized int subscriberCount() {
        int size = 0;
        for (LoopSubscribers group : loopSubscribers) {
            size += group.size;
        }
        return size;
    }

    /** Those who are subscribed now, in no order. */
    public List<Subscriber> subscribers() {
        List<Subscriber> all = new ArrayList<>();
        topics.ifActive(this, filled -> {
            for (LoopSubscribers group : filled.loopSubscribers) {
                group.copyTo(all);
            }
            return true;
        });
        return all;
    }

    /** What it has lost because subscribers read too slowly, since it was filled. */
    public DropStats dropStats() {
        // who fills it just now has lost nothing yet
        return topics.active(this)
                .map(filled -> filled.overflow)
                .map(TopicOverflow::dropStats)
                .orElseGet(DropStats::new);
    }

    /** How many events were published since it was filled. */
    public long published() {
        return topics.active(this).map(Topic::publishedCount).orElse(0L);
    }

    private synchronized long publishedCount() {
        return published;
    }

    /** Publishes to all subscribers, and returns how many there are. */
    public int broadcast(Event event) {
        return broadcast(event, Audience.ALL);
    }

    /**
     * Publishes to some of the subscribers, and returns how many there are before the audience is taken into account, those
     * of patterns included. Throws {@link UnsupportedOperationException} if this is a pattern.
     */
    public int broadcast(Event event, Audience audience) {
        if (match != MatchPolicy.EXACT) {
            throw new UnsupportedOperationException("publishing on the pattern " + id + " (expected: a topic)");
        }
        return topics.publish(this, event, audience);
    }

    /**
     * Publishes to those who are subscribed to this topic or pattern.
     *
     * @param number that of the publication; taken now if it is 0
     * @return the number; 0 if nobody is subscribed
     */
    long publish(Topic topic, Event event, Audience audience, long number, PendingEvent inFlight) {
        synchronized (this) {
            if (loopSubscribers.length == 0) {
                return number;
            }
            long taken = number == 0 ? topics.nextNumber() : number;
            InFlightEvent publication =
                    new InFlightEvent(this, new PublishedEvent(topic, event, taken, this), audience, inFlight);
            published++;
            for (LoopSubscribers group : loopSubscribers) {
                publication.retain();
                group.queue.add(publication, window);
            }
            publication.release();
            return taken;
        }
    }

    /** Subscribes. Returns false if it was subscribed already. */
    public boolean subscribe(Subscriber subscriber) {
        return topics.withActive(this, filled -> filled.add(subscriber));
    }

    /** Unsubscribes; no event reaches it from now on. Returns false if it was not subscribed. */
    public boolean unsubscribe(Subscriber subscriber) {
        return topics.ifActive(this, filled -> filled.remove(subscriber));
    }

    /** Whether it is subscribed. */
    public boolean has(Subscriber subscriber) {
        return subscriber.subscriptions().has(this);
    }

    /** With the topic's lock. */
    private boolean add(Subscriber subscriber) {
        boolean fills = loopSubscribers.length == 0;
        LoopSubscribers group = getOrCreateSubscribers(topics.deliveryQueue(subscriber.executor()));
        Subscription subscription = new Subscription(subscriber, group);
        boolean added = subscriber.subscriptions().add(subscription);
        if (added) {
            if (fills) {
                activate();
            }
            topics.addSubscriptionBytes(Topics.subscriptionCost(id));
            group.join(subscription);
        } else {
            removeIfEmpty(group);
        }
        return added;
    }

    private void activate() {
        TopicSettings settings = topics.settings(id);
        window = settings.window().toNanos();
        published = 0;
        overflow = new TopicOverflow(this, topics, settings);
        notifyListeners(listener -> listener.onActive(this));
    }

    /** Listeners are told of topics, not of patterns. */
    private void notifyListeners(Consumer<TopicListener> news) {
        if (match == MatchPolicy.EXACT) {
            topics.listeners().dispatch(news);
        }
    }

    /** With the topic's lock. */
    private boolean remove(Subscriber subscriber) {
        Subscription subscription = subscriber.subscriptions().remove(this);
        if (subscription == null) {
            return false;
        }
        topics.addSubscriptionBytes(-Topics.subscriptionCost(id));
        subscription.loopSubscribers.leave(subscription);
        removeIfEmpty(subscription.loopSubscribers);
        if (loopSubscribers.length == 0) {
            notifyListeners(listener -> listener.onInactive(this));
        }
        return true;
    }

    /** The group of a lane, which it makes if there is none. */
    private LoopSubscribers getOrCreateSubscribers(LoopDeliveryQueue lane) {
        LoopSubscribers known = subscribersOn(lane);
        if (known != null) {
            return known;
        }
        LoopSubscribers[] more = Arrays.copyOf(loopSubscribers, loopSubscribers.length + 1);
        LoopSubscribers group = new LoopSubscribers(this, lane);
        more[loopSubscribers.length] = group;
        loopSubscribers = more;
        return group;
    }

    /** Forgets a group that nobody is in, and with the last of them the topic. */
    private void removeIfEmpty(LoopSubscribers group) {
        if (group.size > 0) {
            return;
        }
        loopSubscribers =
                Arrays.stream(loopSubscribers).filter(other -> other != group).toArray(LoopSubscribers[]::new);
        if (loopSubscribers.length == 0) {
            topics.deactivate(this);
        }
    }

    TopicOverflow overflow() {
        return Objects.requireNonNull(overflow);
    }

    /** Its subscribers on a lane, if there are any. */
    @Nullable
    LoopSubscribers subscribersOn(LoopDeliveryQueue lane) {
        for (LoopSubscribers group : loopSubscribers) {
            if (group.queue == lane) {
                return group;
            }
        }
        return null;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Topic that && topics == that.topics && match == that.match && id.equals(that.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode() + match.ordinal();
    }

    @Override
    public String toString() {
        return match == MatchPolicy.EXACT ? id : match.name().toLowerCase(Locale.ROOT) + " " + id;
    }
}
