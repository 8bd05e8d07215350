package dev.sprocket.wamp;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A realm with all that goes on in it. Threads: any. */
final class RunningRealm {
    private final Realm realm;
    private final Authorization authorization;
    private final MetaEvents meta;
    private final Dealer dealer;
    private final V2Subscriptions subscriptions;
    private final Broker broker;
    private final V2Retained retained = new V2Retained();
    private final V2History history;
    private final MetaProcedures procedures;
    private final Map<Long, V2Session> sessions = new ConcurrentHashMap<>();
    private final Map<V2Wire, V2Format> formats = new ConcurrentHashMap<>();

    RunningRealm(Realm realm) {
        this.realm = realm;
        this.authorization = new Authorization(realm.options().authorizer());
        this.meta = new MetaEvents(realm.topics());
        this.dealer = new Dealer(realm.registrations(), meta);
        this.subscriptions = new V2Subscriptions(meta);
        this.history = new V2History(realm.history(), authorization);
        this.procedures = new MetaProcedures(this);
        this.broker = new Broker(realm.app(), realm.topics(), realm.options(), this);
        realm.topics().listen(retained);
        if (history.isOn()) {
            realm.topics().listen(history);
        }
    }

    MetaProcedures procedures() {
        return procedures;
    }

    V2History history() {
        return history;
    }

    V2Retained retained() {
        return retained;
    }

    @Nullable
    V2Session session(long id) {
        return sessions.get(id);
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

    V2Format format(V2Wire wire) {
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
