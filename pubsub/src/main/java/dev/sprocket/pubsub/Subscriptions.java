package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The topics of one subscriber: an array while they are few, as they mostly are. */
@ThreadSafe
final class Subscriptions {
    private static final int FEW = 8;

    private List<Subscription> few = List.of();
    private @Nullable Map<Topic, Subscription> many;

    synchronized Collection<Topic> topics() {
        return many == null ? few.stream().map(s -> s.group.topic).toList() : List.copyOf(many.keySet());
    }

    synchronized int size() {
        return many == null ? few.size() : many.size();
    }

    synchronized boolean has(Topic topic) {
        return find(topic) != null;
    }

    /** Whether it is subscribed, and its lane has seen it. On the lane. */
    synchronized boolean isMember(Topic topic) {
        Subscription found = find(topic);
        return found != null && found.index != Subscription.NOWHERE;
    }

    private @Nullable Subscription find(Topic topic) {
        if (many != null) {
            return many.get(topic);
        }
        for (int i = 0; i < few.size(); i++) {
            if (few.get(i).group.topic.equals(topic)) {
                return few.get(i);
            }
        }
        return null;
    }

    /** Returns false if there is one for this topic. */
    synchronized boolean add(Subscription subscription) {
        if (find(subscription.group.topic) != null) {
            return false;
        }
        if (many != null) {
            many.put(subscription.group.topic, subscription);
        } else if (few.size() == FEW) {
            many = new LinkedHashMap<>();
            few.forEach(s -> many.put(s.group.topic, s));
            many.put(subscription.group.topic, subscription);
            few = List.of();
        } else {
            if (few.isEmpty()) {
                few = new ArrayList<>(1);
            }
            few.add(subscription);
        }
        return true;
    }

    synchronized @Nullable Subscription remove(Topic topic) {
        if (many != null) {
            return many.remove(topic);
        }
        Subscription found = find(topic);
        if (found != null) {
            few.remove(found);
        }
        return found;
    }
}
