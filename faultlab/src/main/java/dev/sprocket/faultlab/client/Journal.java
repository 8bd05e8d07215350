package dev.sprocket.faultlab.client;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.faultlab.history.EventKey;
import dev.sprocket.faultlab.history.Heard;
import dev.sprocket.faultlab.history.Observation;
import dev.sprocket.pubsub.Position;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Notes of one observer. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // guarded by this
public final class Journal {
    private final String name;
    private final Set<String> topics;
    private final boolean recovers;
    private final LongSupplier clock;
    private final List<Heard> entries = new ArrayList<>();
    private final Set<EventKey> heard = new HashSet<>();
    private boolean connected;

    Journal(String name, Set<String> topics, boolean recovers, LongSupplier clock) {
        this.name = name;
        this.topics = Set.copyOf(topics);
        this.recovers = recovers;
        this.clock = clock;
    }

    String name() {
        return name;
    }

    /** Returns the topics in alphabetical order. */
    List<String> topics() {
        return topics.stream().sorted().toList();
    }

    synchronized void connected(String node) {
        connected = true;
        entries.add(new Heard.Connected(clock.getAsLong(), node));
    }

    synchronized void disconnected() {
        connected = false;
        if (!entries.isEmpty() && !(entries.get(entries.size() - 1) instanceof Heard.Disconnected)) {
            entries.add(new Heard.Disconnected(clock.getAsLong()));
        }
    }

    public synchronized boolean isConnected() {
        return connected;
    }

    /** Returns true if an event was heard. */
    public synchronized boolean hasHeard(EventKey key) {
        return heard.contains(key);
    }

    synchronized void gap(String topic, String reason) {
        entries.add(new Heard.Gap(clock.getAsLong(), topic, reason));
    }

    /** Notes an event: the object that {@link Outbox#next} has made. */
    void event(String topic, JsonElement event, @Nullable String position, boolean repeat) {
        JsonObject object = event.isJsonPrimitive()
                ? JsonParser.parseString(event.getAsString()).getAsJsonObject()
                : event.getAsJsonObject();
        EventKey key =
                new EventKey(object.get("p").getAsString(), object.get("n").getAsLong());
        Position at = position == null ? null : Position.parse(position);
        synchronized (this) {
            heard.add(key);
            entries.add(new Heard.Event(clock.getAsLong(), topic, key, at, repeat));
        }
    }

    /** Returns all notes. */
    public synchronized Observation observation() {
        disconnected();
        return new Observation(name, topics, recovers, entries);
    }
}
