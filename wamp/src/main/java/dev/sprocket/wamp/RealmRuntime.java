package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;

/** Realm as served by one server, with the state shared by all its servers. */
@ThreadSafe
final class RealmRuntime {
    private final Realm realm;
    private final SharedRealmState state;
    private final AccessControl accessControl;
    private final Broker broker;
    private final MetaProcedures metaProcedures;

    RealmRuntime(Realm realm) {
        this.realm = realm;
        this.state = realm.state();
        this.accessControl = new AccessControl(realm.options().authorizer(), realm.meta());
        this.metaProcedures = new MetaProcedures(this);
        this.broker = new Broker(realm.app(), realm.topics(), realm.options(), this);
        state.history().configure(realm.history());
        state.start();
    }

    Realm realm() {
        return realm;
    }

    AccessControl accessControl() {
        return accessControl;
    }

    Broker broker() {
        return broker;
    }

    MetaProcedures metaProcedures() {
        return metaProcedures;
    }

    MemoryUsage memoryUsage() {
        return state.memoryUsage();
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

    V2EventEncoder encoder(WireFormat wireFormat) {
        return state.encoder(wireFormat);
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
