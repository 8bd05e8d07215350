package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.wamp.internal.meta.MetaEvents;
import dev.sprocket.wamp.internal.meta.MetaPage;
import dev.sprocket.wamp.internal.v2.V2Session;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Subscription ids of WAMP v2: one per topic or pattern, shared by all clients.
 *
 * <p>The topics themselves deliver the events. Lookups do not block.
 */
@ThreadSafe
public final class V2Subscriptions {
    private final Map<Topic, V2Subscription> byTopic = new ConcurrentHashMap<>();
    private final NavigableMap<Long, V2Subscription> byId = new ConcurrentSkipListMap<>();
    private final MetaEvents meta;
    private long last;

    public V2Subscriptions(MetaEvents meta) {
        this.meta = meta;
    }

    /** Adds a subscriber, which may be subscribed already. */
    public synchronized V2Subscription join(V2Session session, Topic topic) {
        V2Subscription existing = byTopic.get(topic);
        V2Subscription subscription = existing != null ? existing : new V2Subscription(++last, topic);
        if (existing == null) {
            byTopic.put(topic, subscription);
            byId.put(subscription.id, subscription);
            meta.created(session, subscription);
        }
        if (subscription.members.put(session.id(), session) == null) {
            session.joinedSubscriptions().add(subscription);
            meta.subscribed(session, subscription);
        }
        return subscription;
    }

    /** Removes a session from a topic. */
    public synchronized void leave(V2Session session, Topic topic) {
        V2Subscription subscription = byTopic.get(topic);
        if (subscription == null || subscription.members.remove(session.id()) == null) {
            return;
        }
        session.joinedSubscriptions().remove(subscription);
        meta.unsubscribed(session, subscription);
        if (subscription.members.isEmpty()) {
            byTopic.remove(topic);
            byId.remove(subscription.id);
            meta.deleted(session, subscription);
        }
    }

    /** Removes a session from all subscriptions, including those that the application ended. */
    public synchronized void leave(V2Session session) {
        List.copyOf(session.joinedSubscriptions()).forEach(subscription -> leave(session, subscription.topic));
    }

    /** Returns the topic to which a session is subscribed under an id. */
    public synchronized Optional<Topic> topic(V2Session session, long id) {
        V2Subscription subscription = byId.get(id);
        return subscription != null && subscription.members.containsKey(session.id())
                ? Optional.of(subscription.topic)
                : Optional.empty();
    }

    @Nullable
    public V2Subscription find(long id) {
        return byId.get(id);
    }

    @Nullable
    public V2Subscription find(Topic topic) {
        return byTopic.get(topic);
    }

    /** Returns all subscriptions by id. */
    public NavigableMap<Long, V2Subscription> byId() {
        return byId;
    }

    public synchronized boolean has(V2Subscription subscription, V2Session session) {
        return subscription.members.containsKey(session.id());
    }

    public synchronized int count(V2Subscription subscription) {
        return subscription.members.size();
    }

    /** Returns a page of the session ids of a subscription. */
    public synchronized MetaPage.Ids members(V2Subscription subscription, MetaPage page) {
        return page.of(subscription.members, session -> true);
    }
}
