package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Subscriptions of one subscriber. Few subscriptions are stored in a list, many in a map. */
@ThreadSafe
final class Subscriptions {
    private static final int MAX_LIST_SIZE = 8;

    private List<Subscription> list = List.of();
    private @Nullable Map<Topic, Subscription> map;

    synchronized Collection<Topic> topics() {
        return map == null ? list.stream().map(s -> s.topic()).toList() : List.copyOf(map.keySet());
    }

    synchronized int size() {
        return map == null ? list.size() : map.size();
    }

    synchronized boolean has(Topic topic) {
        return find(topic) != null;
    }

    /** Reports whether the delivery queue has processed a subscription; called by the delivery queue. */
    synchronized boolean isMember(Topic topic) {
        Subscription found = find(topic);
        return found != null && found.index != Subscription.NOT_A_MEMBER;
    }

    private @Nullable Subscription find(Topic topic) {
        if (map != null) {
            return map.get(topic);
        }
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).topic().equals(topic)) {
                return list.get(i);
            }
        }
        return null;
    }

    /** Adds a subscription; returns false if there is one for its topic. */
    synchronized boolean add(Subscription subscription) {
        if (find(subscription.topic()) != null) {
            return false;
        }
        if (map != null) {
            map.put(subscription.topic(), subscription);
        } else if (list.size() == MAX_LIST_SIZE) {
            map = new LinkedHashMap<>();
            list.forEach(s -> map.put(s.topic(), s));
            map.put(subscription.topic(), subscription);
            list = List.of();
        } else {
            if (list.isEmpty()) {
                list = new ArrayList<>(1);
            }
            list.add(subscription);
        }
        return true;
    }

    synchronized @Nullable Subscription remove(Topic topic) {
        if (map != null) {
            return map.remove(topic);
        }
        Subscription found = find(topic);
        if (found != null) {
            list.remove(found);
        }
        return found;
    }
}
