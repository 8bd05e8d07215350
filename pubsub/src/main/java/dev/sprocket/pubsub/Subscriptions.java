package dev.sprocket.pubsub;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The topics of one subscriber. Threads: any. */
final class Subscriptions {
    private @Nullable Map<Topic, Subscription> byTopic;

    synchronized Collection<Topic> topics() {
        return byTopic == null ? List.of() : List.copyOf(byTopic.keySet());
    }

    synchronized int size() {
        return byTopic == null ? 0 : byTopic.size();
    }

    synchronized boolean has(Topic topic) {
        return byTopic != null && byTopic.containsKey(topic);
    }

    /** Returns false if there is one for this topic. */
    synchronized boolean add(Topic topic, Subscription subscription) {
        if (byTopic == null) {
            byTopic = new LinkedHashMap<>(4);
        }
        return byTopic.putIfAbsent(topic, subscription) == null;
    }

    synchronized @Nullable Subscription remove(Topic topic) {
        return byTopic == null ? null : byTopic.remove(topic);
    }
}
