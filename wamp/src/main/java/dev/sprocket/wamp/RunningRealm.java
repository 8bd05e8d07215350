package dev.sprocket.wamp;

import dev.sprocket.pubsub.EventFormat;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A realm with all that goes on in it. Threads: any. */
final class RunningRealm {
    private final Realm realm;
    private final Authorization authorization;
    private final MetaEvents meta;
    private final Dealer dealer;
    private final V2Subscriptions subscriptions;
    private final Broker broker;
    private final Map<Long, V2Session> sessions = new ConcurrentHashMap<>();
    private final Map<V2Wire, EventFormat> formats = new ConcurrentHashMap<>();

    RunningRealm(Realm realm) {
        this.realm = realm;
        this.authorization = new Authorization(realm.options().authorizer());
        this.meta = new MetaEvents(realm.topics());
        this.dealer = new Dealer(realm.registrations(), meta);
        this.subscriptions = new V2Subscriptions(meta);
        this.broker = new Broker(realm.app(), realm.topics(), realm.options(), this);
    }

    Realm realm() {
        return realm;
    }

    Authorization authorization() {
        return authorization;
    }

    Dealer dealer() {
        return dealer;
    }

    V2Subscriptions subscriptions() {
        return subscriptions;
    }

    Broker broker() {
        return broker;
    }

    EventFormat format(V2Wire wire) {
        return formats.computeIfAbsent(wire, w -> new V2Format(subscriptions, w));
    }

    Collection<V2Session> sessions() {
        return sessions.values();
    }

    void join(V2Session session) {
        sessions.put(session.id(), session);
        meta.joined(session);
    }

    void leave(V2Session session) {
        if (sessions.remove(session.id()) != null) {
            meta.left(session);
        }
    }
}
