package dev.sprocket.bench.peer;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.bench.client.WampText;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Subscriptions by topic, for peers whose framework does not provide them. */
@ThreadSafe
final class Subscriptions<S> {
    /** Sends an event to many subscribers. */
    interface Broadcast<S> {
        void send(Set<S> room, String event);
    }

    private final Map<String, Set<S>> rooms = new HashMap<>();
    private final Broadcast<S> broadcast;

    Subscriptions(Broadcast<S> broadcast) {
        this.broadcast = broadcast;
    }

    /** Handles a WAMP v1 message. */
    synchronized void message(S from, String message) {
        String topic = WampText.topic(message);
        if (WampText.isSubscribe(message)) {
            rooms.computeIfAbsent(topic, name -> new LinkedHashSet<>()).add(from);
        } else if (WampText.isPublish(message)) {
            broadcast.send(rooms.getOrDefault(topic, Set.of()), WampText.event(message));
        }
    }

    synchronized void unsubscribe(S subscriber) {
        rooms.values().forEach(room -> room.remove(subscriber));
    }
}
