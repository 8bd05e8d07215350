package dev.sprocket.wamp.internal.realm;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.access.AccessChecks;
import dev.sprocket.wamp.internal.broker.RetainedEvents;
import dev.sprocket.wamp.internal.broker.V2EventEncoder;
import dev.sprocket.wamp.internal.broker.V2Subscriptions;
import dev.sprocket.wamp.internal.dealer.Callee;
import dev.sprocket.wamp.internal.dealer.Dealer;
import dev.sprocket.wamp.internal.message.WireFormat;
import dev.sprocket.wamp.internal.meta.MetaEvents;
import dev.sprocket.wamp.internal.meta.MetaSession;
import dev.sprocket.wamp.internal.meta.V2Sessions;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

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
    private final Topics topics;

    /** Creates the state of a realm with these topics. */
    public SharedRealmState(Topics topics) {
        this.topics = topics;
        this.retained = topics.shared(RetainedEvents.class, RetainedEvents::new);
        this.meta = new MetaEvents(topics);
        this.dealer = new Dealer(meta);
        this.subscriptions = new V2Subscriptions(meta);
        AccessChecks.of(topics).addSource(this::registrations);
    }

    /** Passes the registrations of all sessions to a function, with their checks. */
    private void registrations(BiConsumer<Connection, AccessChecks.Check> right) {
        dealer.byId().values().forEach(registration -> registration.members().forEach(member -> {
            Callee callee = member.callee();
            if (callee instanceof Connection conn) {
                right.accept(conn, done -> callee.recheck(registration, done));
            }
        }));
    }

    /** Starts listening to the topics; further calls have no effect. */
    void start() {
        retained.attachTo(topics);
    }

    /** Returns the memory that the realm holds for all clients. */
    public MemoryUsage memoryUsage() {
        return memoryUsage;
    }

    /** Returns the dealer. */
    public Dealer dealer() {
        return dealer;
    }

    /** Returns the subscriptions of WAMP v2 clients. */
    public V2Subscriptions subscriptions() {
        return subscriptions;
    }

    /** Returns the retained events. */
    public RetainedEvents retained() {
        return retained;
    }

    /** Returns the event encoder of a wire format, which all its clients share. */
    public V2EventEncoder encoder(WireFormat wireFormat) {
        return encoders.computeIfAbsent(wireFormat, format -> new V2EventEncoder(subscriptions, format));
    }

    /** Returns the sessions of WAMP v2. */
    public V2Sessions sessions() {
        return sessions;
    }

    /** Adds a session of WAMP v2. */
    public void join(MetaSession session) {
        sessions.add(session);
        meta.joined(session);
    }

    /** Removes a session of WAMP v2. */
    public void leave(MetaSession session) {
        if (sessions.remove(session)) {
            meta.left(session);
        }
    }
}
