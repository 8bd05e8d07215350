package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;

/** A realm as one server serves it: an application and its rules, and what all servers of the realm share. */
@ThreadSafe
final class RealmRuntime {
    private final Realm realm;
    private final SharedRealmState state;
    private final AccessControl authorization;
    private final Broker broker;
    private final MetaProcedures procedures;

    RealmRuntime(Realm realm) {
        this.realm = realm;
        this.state = realm.state();
        this.authorization = new AccessControl(realm.options().authorizer(), realm.meta());
        this.procedures = new MetaProcedures(this);
        this.broker = new Broker(realm.app(), realm.topics(), realm.options(), this);
        state.history().keep(realm.history());
        state.serve();
    }

    Realm realm() {
        return realm;
    }

    AccessControl authorization() {
        return authorization;
    }

    Broker broker() {
        return broker;
    }

    MetaProcedures procedures() {
        return procedures;
    }

    MemoryUsage holdings() {
        return state.holdings();
    }

    Dealer dealer() {
        return state.dealer();
    }

    V2Subscriptions subscriptions() {
        return state.subscriptions();
    }

    RetainedEvents retained() {
        return state.retained();
    }

    EventHistory history() {
        return state.history();
    }

    V2EventEncoder format(WireFormat wire) {
        return state.format(wire);
    }

    V2Sessions sessions() {
        return state.sessions();
    }

    void join(V2Session session) {
        state.join(session);
    }

    void leave(V2Session session) {
        state.leave(session);
    }
}
