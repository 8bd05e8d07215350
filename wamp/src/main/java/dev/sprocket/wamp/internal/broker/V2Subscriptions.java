package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.internal.pattern.PatternMap;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Subscription ids of WAMP v2: one per topic or pattern, shared by all clients.
 *
 * <p>The topics themselves deliver the events. Lookups do not block.
 */
@ThreadSafe
public final class V2Subscriptions {
    private final PatternMap<V2Subscription> byTopic = new PatternMap<>();
    private final NavigableMap<Long, V2Subscription> byId = new ConcurrentSkipListMap<>();
    private final SubscriptionListener listener;
    private long last;

    /** Creates a registry that reports its subscriptions to a listener. */
    public V2Subscriptions(SubscriptionListener listener) {
        this.listener = listener;
    }

    /** Adds a subscriber, which may be subscribed already. */
    public synchronized V2Subscription join(V2Subscriber session, Topic topic) {
        V2Subscription existing = find(topic);
        V2Subscription subscription = existing != null ? existing : new V2Subscription(++last, topic);
        if (existing == null) {
            byTopic.computeIfAbsent(topic.match(), topic.id(), () -> subscription);
            byId.put(subscription.id, subscription);
            listener.created(session, subscription);
        }
        if (subscription.members.put(session.id(), session) == null) {
            session.joinedSubscriptions().add(subscription);
            listener.subscribed(session, subscription);
        }
        return subscription;
    }

    /** Removes a session from a topic. */
    public synchronized void leave(V2Subscriber session, Topic topic) {
        V2Subscription subscription = find(topic);
        if (subscription == null || subscription.members.remove(session.id()) == null) {
            return;
        }
        session.joinedSubscriptions().remove(subscription);
        listener.unsubscribed(session, subscription);
        if (subscription.members.isEmpty()) {
            byTopic.remove(topic.match(), topic.id(), subscription);
            byId.remove(subscription.id);
            listener.deleted(session, subscription);
        }
    }

    /** Removes a session from all subscriptions, including those that the application ended. */
    public synchronized void leave(V2Subscriber session) {
        List.copyOf(session.joinedSubscriptions()).forEach(subscription -> leave(session, subscription.topic));
    }

    /** Returns the topic to which a session is subscribed under an id. */
    public synchronized Optional<Topic> topic(V2Subscriber session, long id) {
        V2Subscription subscription = byId.get(id);
        return subscription != null && subscription.members.containsKey(session.id())
                ? Optional.of(subscription.topic)
                : Optional.empty();
    }

    /** Returns a subscription; null if it does not exist. */
    @Nullable
    public V2Subscription find(long id) {
        return byId.get(id);
    }

    /** Returns the subscription of a topic or pattern; null if there is none. */
    @Nullable
    public V2Subscription find(Topic topic) {
        return find(topic.match(), topic.id());
    }

    /** Returns the subscription of a topic or pattern by name; null if there is none. */
    @Nullable
    public V2Subscription find(MatchPolicy match, String topicOrPattern) {
        return byTopic.get(match, topicOrPattern).orElse(null);
    }

    /** Returns all subscriptions by id. */
    public NavigableMap<Long, V2Subscription> byId() {
        return byId;
    }

    /** Reports whether a session is subscribed. */
    public synchronized boolean has(V2Subscription subscription, V2Subscriber session) {
        return subscription.members.containsKey(session.id());
    }

    /** Returns the number of subscribed sessions. */
    public synchronized int count(V2Subscription subscription) {
        return subscription.members.size();
    }

    /** Reads the sessions of a subscription, by id, under the lock. */
    public synchronized <R> R read(V2Subscription subscription, Function<NavigableMap<Long, V2Subscriber>, R> reader) {
        return reader.apply(subscription.members);
    }
}
