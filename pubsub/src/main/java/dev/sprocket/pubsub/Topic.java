package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.flow.DropStats;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Named channel of events, as a handle that can be stored.
 *
 * <p>A handle stays valid while the topic has no subscribers, and then takes no memory but its own. Handles of the same
 * {@link Topics} with the same id are equal.
 *
 * <p>A {@linkplain Topics#pattern pattern} of topics can be subscribed to like a topic, but not published on.
 *
 * <p>Every subscriber receives the events of one publisher in the order of publishing, across topics. An event is
 * delivered to all subscribers that subscribed before it was published. It is not delivered to a subscriber after
 * {@link #unsubscribe} has returned.
 */
@ThreadSafe
public final class Topic {
    private static final LoopSubscribers[] NONE = {};

    private final Topics topics;
    private final String id;
    private final MatchPolicy match;
    /** Subscribers by delivery queue; contains no empty entries. */
    private volatile LoopSubscribers[] loopSubscribers = NONE;
    /** Overflow policy and drop statistics; null before the first subscriber. */
    private volatile @Nullable TopicOverflow overflow;

    private long window;
    /** Number of events since the topic became active; guarded by this topic's lock. */
    private long published;

    Topic(Topics topics, String id, MatchPolicy match) {
        this.topics = topics;
        this.id = id;
        this.match = match;
    }

    /** Returns the name of the topic or pattern. */
    public String id() {
        return id;
    }

    /** Returns the match policy: exact for a topic, prefix or wildcard for a pattern. */
    public MatchPolicy match() {
        return match;
    }

    /** Returns the number of subscribers. */
    public int size() {
        return topics.active(this).map(Topic::subscriberCount).orElse(0);
    }

    synchronized int subscriberCount() {
        int size = 0;
        for (LoopSubscribers subscribers : loopSubscribers) {
            size += subscribers.size;
        }
        return size;
    }

    /** Returns the current subscribers, in no particular order. */
    public List<Subscriber> subscribers() {
        List<Subscriber> all = new ArrayList<>();
        topics.ifActive(this, active -> {
            for (LoopSubscribers subscribers : active.loopSubscribers) {
                subscribers.copyTo(all);
            }
            return true;
        });
        return all;
    }

    /** Returns the statistics of events dropped for slow readers since the topic became active. */
    public DropStats dropStats() {
        // a topic that is becoming active has dropped nothing yet
        return topics.active(this)
                .map(active -> active.overflow)
                .map(TopicOverflow::dropStats)
                .orElseGet(DropStats::new);
    }

    /** Returns the number of events published since the topic became active. */
    public long published() {
        return topics.active(this).map(Topic::publishedCount).orElse(0L);
    }

    private synchronized long publishedCount() {
        return published;
    }

    /** Publishes an event to all subscribers and returns their number. */
    public int broadcast(Event event) {
        return broadcast(event, Audience.ALL);
    }

    /**
     * Publishes an event to some of the subscribers.
     *
     * @param audience subscribers that may receive the event
     * @return the number of subscribers, including those of matching patterns, before the audience is applied
     * @throws UnsupportedOperationException if this is a pattern
     */
    public int broadcast(Event event, Audience audience) {
        if (match != MatchPolicy.EXACT) {
            throw new UnsupportedOperationException("publishing on the pattern " + id + " (expected: a topic)");
        }
        return topics.publish(this, event, audience);
    }

    /**
     * Publishes an event to the subscribers of this topic or pattern.
     *
     * @param number number of the event, or 0 to assign one
     * @return the number of the event; 0 if there are no subscribers and none was assigned
     */
    long publish(Topic topic, Event event, Audience audience, long number, PendingEvent pending) {
        synchronized (this) {
            if (loopSubscribers.length == 0) {
                return number;
            }
            long assigned = number == 0 ? topics.nextNumber() : number;
            InFlightEvent inFlight =
                    new InFlightEvent(this, new PublishedEvent(topic, event, assigned, this), audience, pending);
            published++;
            for (LoopSubscribers subscribers : loopSubscribers) {
                inFlight.retain();
                subscribers.queue.add(inFlight, window);
            }
            inFlight.release();
            return assigned;
        }
    }

    /** Adds a subscriber; returns false if it was subscribed already. */
    public boolean subscribe(Subscriber subscriber) {
        return topics.withActive(this, active -> active.add(subscriber));
    }

    /** Removes a subscriber, which receives no further events. Returns false if it was not subscribed. */
    public boolean unsubscribe(Subscriber subscriber) {
        return topics.ifActive(this, active -> active.remove(subscriber));
    }

    /** Reports whether a subscriber is subscribed to this topic or pattern. */
    public boolean has(Subscriber subscriber) {
        return subscriber.subscriptions().has(this);
    }

    /** Adds a subscriber; the caller holds the topic's lock. */
    private boolean add(Subscriber subscriber) {
        boolean first = loopSubscribers.length == 0;
        LoopSubscribers subscribers = getOrCreateSubscribers(topics.deliveryQueue(subscriber.executor()));
        Subscription subscription = new Subscription(subscriber, subscribers);
        boolean added = subscriber.subscriptions().add(subscription);
        if (added) {
            if (first) {
                activate();
            }
            topics.addSubscriptionBytes(Topics.subscriptionCost(id));
            subscribers.join(subscription);
        } else {
            removeIfEmpty(subscribers);
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

    /** Notifies listeners about topics, but not about patterns. */
    private void notifyListeners(Consumer<TopicListener> callback) {
        if (match == MatchPolicy.EXACT) {
            topics.listeners().dispatch(this, callback);
        }
    }

    /** Removes a subscriber; the caller holds the topic's lock. */
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

    /** Returns the subscribers of a delivery queue; adds an empty entry if there are none. */
    private LoopSubscribers getOrCreateSubscribers(LoopDeliveryQueue queue) {
        LoopSubscribers existing = subscribersOn(queue);
        if (existing != null) {
            return existing;
        }
        LoopSubscribers[] enlarged = Arrays.copyOf(loopSubscribers, loopSubscribers.length + 1);
        LoopSubscribers added = new LoopSubscribers(this, queue);
        enlarged[loopSubscribers.length] = added;
        loopSubscribers = enlarged;
        return added;
    }

    /** Removes an empty entry, and deactivates the topic with the last entry. */
    private void removeIfEmpty(LoopSubscribers subscribers) {
        if (subscribers.size > 0) {
            return;
        }
        loopSubscribers = Arrays.stream(loopSubscribers)
                .filter(other -> other != subscribers)
                .toArray(LoopSubscribers[]::new);
        if (loopSubscribers.length == 0) {
            topics.deactivate(this);
        }
    }

    TopicOverflow overflow() {
        return Objects.requireNonNull(overflow);
    }

    /** Returns the subscribers of a delivery queue, or null if there are none. */
    @Nullable
    LoopSubscribers subscribersOn(LoopDeliveryQueue queue) {
        for (LoopSubscribers subscribers : loopSubscribers) {
            if (subscribers.queue == queue) {
                return subscribers;
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
