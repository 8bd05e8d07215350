package dev.sprocket.bench;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Who is subscribed to what, as a program keeps it whose framework does not. */
@ThreadSafe
final class Rooms<S> {
    /** How an event is sent to many. */
    interface Broadcast<S> {
        void send(Set<S> room, String event);
    }

    private final Map<String, Set<S>> rooms = new HashMap<>();
    private final Broadcast<S> broadcast;

    Rooms(Broadcast<S> broadcast) {
        this.broadcast = broadcast;
    }

    /** Someone has said something in WAMP v1. */
    synchronized void message(S from, String message) {
        String topic = WampText.topic(message);
        if (WampText.isSubscribe(message)) {
            rooms.computeIfAbsent(topic, name -> new LinkedHashSet<>()).add(from);
        } else if (WampText.isPublish(message)) {
            broadcast.send(rooms.getOrDefault(topic, Set.of()), WampText.event(message));
        }
    }

    synchronized void leave(S subscriber) {
        rooms.values().forEach(room -> room.remove(subscriber));
    }
}
