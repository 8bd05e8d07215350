package dev.sprocket.wamp.internal.realm;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.internal.broker.EventHistory;
import dev.sprocket.wamp.internal.broker.RetainedEvents;
import dev.sprocket.wamp.internal.broker.V2EventEncoder;
import dev.sprocket.wamp.internal.broker.V2Subscriptions;
import dev.sprocket.wamp.internal.dealer.Dealer;
import dev.sprocket.wamp.internal.message.WireFormat;
import dev.sprocket.wamp.internal.meta.MetaProcedures;
import dev.sprocket.wamp.internal.meta.V2Sessions;
import dev.sprocket.wamp.internal.session.AccessControl;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import dev.sprocket.wamp.internal.v2.V2Session;
import dev.sprocket.wamp.server.Realm;

/** Realm as served by one server, with the state shared by all its servers. */
@ThreadSafe
public final class RealmRuntime {
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

    public Realm realm() {
        return realm;
    }

    public AccessControl accessControl() {
        return accessControl;
    }

    public Broker broker() {
        return broker;
    }

    MetaProcedures metaProcedures() {
        return metaProcedures;
    }

    MemoryUsage memoryUsage() {
        return state.memoryUsage();
    }

    public Dealer dealer() {
        return state.dealer();
    }

    public V2Subscriptions subscriptions() {
        return state.subscriptions();
    }

    public RetainedEvents retained() {
        return state.retained();
    }

    public EventHistory history() {
        return state.history();
    }

    public V2EventEncoder encoder(WireFormat wireFormat) {
        return state.encoder(wireFormat);
    }

    public V2Sessions sessions() {
        return state.sessions();
    }

    public void join(V2Session session) {
        state.join(session);
    }

    public void leave(V2Session session) {
        state.leave(session);
    }
}
