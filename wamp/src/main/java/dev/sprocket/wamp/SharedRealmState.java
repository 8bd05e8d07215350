package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Topics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** State of a realm shared by all its servers: sessions, registrations, subscriptions, events. */
@ThreadSafe
final class SharedRealmState {
    private final MetaEvents meta;
    private final Dealer dealer;
    private final V2Subscriptions subscriptions;
    private final V2Sessions sessions = new V2Sessions();
    private final Map<WireFormat, V2EventEncoder> encoders = new ConcurrentHashMap<>();
    private final MemoryUsage memoryUsage = MemoryUsage.forRealm();
    private final RetainedEvents retained;
    private final EventHistory history = new EventHistory();
    private final Topics topics;
    private boolean started;

    SharedRealmState(Topics topics) {
        this.topics = topics;
        this.retained = topics.shared(RetainedEvents.class, RetainedEvents::new);
        this.meta = new MetaEvents(topics);
        this.dealer = new Dealer(meta);
        this.subscriptions = new V2Subscriptions(meta);
    }

    /** Starts listening to the topics when the first server serves the realm. */
    synchronized void start() {
        if (!started) {
            started = true;
            retained.attachTo(topics);
            topics.addListener(history);
        }
    }

    MemoryUsage memoryUsage() {
        return memoryUsage;
    }

    Dealer dealer() {
        return dealer;
    }

    V2Subscriptions subscriptions() {
        return subscriptions;
    }

    RetainedEvents retained() {
        return retained;
    }

    EventHistory history() {
        return history;
    }

    V2EventEncoder encoder(WireFormat wireFormat) {
        return encoders.computeIfAbsent(wireFormat, format -> new V2EventEncoder(subscriptions, format));
    }

    V2Sessions sessions() {
        return sessions;
    }

    void join(V2Session session) {
        sessions.add(session);
        meta.joined(session);
    }

    void leave(V2Session session) {
        if (sessions.remove(session)) {
            meta.left(session);
        }
    }
}
