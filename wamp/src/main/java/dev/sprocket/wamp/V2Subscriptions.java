package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Topic;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * By which ids the clients of WAMP v2 know what they are subscribed to: one for each topic or pattern, the same for all. Who is
 * sent events is the topics' own business.
 *
 * <p>Looking up waits for nobody.
 */
@ThreadSafe
final class V2Subscriptions {
    private final Map<Topic, V2Subscription> byTopic = new ConcurrentHashMap<>();
    private final NavigableMap<Long, V2Subscription> byId = new ConcurrentSkipListMap<>();
    private final MetaEvents meta;
    private long last;

    V2Subscriptions(MetaEvents meta) {
        this.meta = meta;
    }

    /** Adds somebody, perhaps once more. */
    synchronized V2Subscription join(V2Session session, Topic topic) {
        V2Subscription known = byTopic.get(topic);
        V2Subscription subscription = known != null ? known : new V2Subscription(++last, topic);
        if (known == null) {
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

    /** Removes somebody who is no subscriber any more. */
    synchronized void leave(V2Session session, Topic topic) {
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

    /** Removes somebody from all of them, those included that the application has ended. */
    synchronized void leave(V2Session session) {
        List.copyOf(session.joinedSubscriptions()).forEach(subscription -> leave(session, subscription.topic));
    }

    /** The topic that somebody is subscribed to under an id. */
    synchronized Optional<Topic> topic(V2Session session, long id) {
        V2Subscription subscription = byId.get(id);
        return subscription != null && subscription.members.containsKey(session.id())
                ? Optional.of(subscription.topic)
                : Optional.empty();
    }

    @Nullable
    V2Subscription find(long id) {
        return byId.get(id);
    }

    @Nullable
    V2Subscription find(Topic topic) {
        return byTopic.get(topic);
    }

    /** All of them, by their ids. */
    NavigableMap<Long, V2Subscription> byId() {
        return byId;
    }

    synchronized boolean has(V2Subscription subscription, V2Session session) {
        return subscription.members.containsKey(session.id());
    }

    synchronized int count(V2Subscription subscription) {
        return subscription.members.size();
    }

    /** A page of the ids of the sessions that are subscribed. */
    synchronized MetaPage.Ids members(V2Subscription subscription, MetaPage page) {
        return page.of(subscription.members, session -> true);
    }
}
