package dev.sprocket.wamp;

/** A realm as one server serves it: an application and its rules, and what all servers of the realm share. Threads: any. */
final class RunningRealm {
    private final Realm realm;
    private final RealmState state;
    private final Authorization authorization;
    private final Broker broker;
    private final MetaProcedures procedures;

    RunningRealm(Realm realm) {
        this.realm = realm;
        this.state = realm.state();
        this.authorization = new Authorization(realm.options().authorizer(), realm.meta());
        this.procedures = new MetaProcedures(this);
        this.broker = new Broker(realm.app(), realm.topics(), realm.options(), this);
        state.history().keep(realm.history());
        state.serve();
    }

    Realm realm() {
        return realm;
    }

    Authorization authorization() {
        return authorization;
    }

    Broker broker() {
        return broker;
    }

    MetaProcedures procedures() {
        return procedures;
    }

    Holdings holdings() {
        return state.holdings();
    }

    Dealer dealer() {
        return state.dealer();
    }

    V2Subscriptions subscriptions() {
        return state.subscriptions();
    }

    V2Retained retained() {
        return state.retained();
    }

    V2History history() {
        return state.history();
    }

    V2Format format(V2Wire wire) {
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
