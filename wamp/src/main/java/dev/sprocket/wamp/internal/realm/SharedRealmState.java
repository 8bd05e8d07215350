package dev.sprocket.wamp.internal.realm;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.internal.broker.EventHistory;
import dev.sprocket.wamp.internal.broker.RetainedEvents;
import dev.sprocket.wamp.internal.broker.V2EventEncoder;
import dev.sprocket.wamp.internal.broker.V2Subscriptions;
import dev.sprocket.wamp.internal.dealer.Dealer;
import dev.sprocket.wamp.internal.message.WireFormat;
import dev.sprocket.wamp.internal.meta.MetaEvents;
import dev.sprocket.wamp.internal.meta.V2Sessions;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import dev.sprocket.wamp.internal.v2.V2Session;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** State of a realm shared by all its servers: sessions, registrations, subscriptions, events. */
@ThreadSafe
public final class SharedRealmState {
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

    public SharedRealmState(Topics topics) {
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

    public MemoryUsage memoryUsage() {
        return memoryUsage;
    }

    Dealer dealer() {
        return dealer;
    }

    V2Subscriptions subscriptions() {
        return subscriptions;
    }

    public RetainedEvents retained() {
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
