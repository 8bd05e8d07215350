package dev.sprocket.wamp.server;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.MetaAccess;
import dev.sprocket.wamp.RealmLimits;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.auth.WampAuthenticator;
import dev.sprocket.wamp.internal.id.Uris;
import dev.sprocket.wamp.internal.realm.RealmRouter;
import dev.sprocket.wamp.internal.realm.RealmSettings;
import dev.sprocket.wamp.internal.realm.SharedRealmState;
import java.util.function.Consumer;

/**
 * Namespace that clients of WAMP v2 join: an application, its topics and its rules.
 *
 * <pre>{@code
 * WampServer server = new WampServer(
 *         new Realm("com.example.shop", new Shop()),
 *         new Realm("com.example.staff", new Staff()).authenticator(staff));
 * }</pre>
 *
 * <p>A realm can be served by several servers. Its sessions, registrations and topics are shared by all servers that
 * were given the same realm, or copies of it made by its methods.
 */
@ThreadSafe
public final class Realm {
    /** Name of a realm without a configured name. */
    public static final String DEFAULT_NAME = "realm1";

    private final RealmSettings settings;
    private final SharedRealmState state;

    /** Creates a realm of an application with its own topics. */
    public Realm(String name, WampComponent app) {
        this(name, app, new Topics());
    }

    /** Creates a realm of an application with topics shared with bridges or other realms. */
    public Realm(String name, WampComponent app, Topics topics) {
        this(new RealmSettings(name, app, topics), new SharedRealmState(topics));
    }

    private Realm(RealmSettings settings, SharedRealmState state) {
        this.settings = settings;
        this.state = state;
    }

    private Realm with(Consumer<RealmSettings.Builder> change) {
        RealmSettings.Builder changed = settings.toBuilder();
        change.accept(changed);
        return new Realm(changed.build(), state);
    }

    /**
     * Returns a copy with another application, or another view of the application.
     *
     * <p>Sessions, registrations and topics are shared with this realm.
     */
    public Realm app(WampComponent other) {
        return with(settings -> settings.app = other);
    }

    /** Returns a copy with other options. */
    public Realm options(WampOptions other) {
        return with(settings -> settings.options = other);
    }

    /** Returns a copy with another authenticator. */
    public Realm authenticator(WampAuthenticator other) {
        return with(settings -> settings.authenticator = other);
    }

    /** Returns a copy that accepts strict URIs only: lower-case letters, digits and {@code _}. */
    public Realm strictUris() {
        return with(settings -> settings.uris = Uris.STRICT);
    }

    /**
     * Returns a copy with another limit of registrations per client; 1,000 by default.
     *
     * <p>Beyond the limit the session is aborted.
     */
    public Realm maxRegistrations(int max) {
        return with(settings -> settings.maxRegistrations = max);
    }

    /**
     * Returns a copy that permits ending the sessions of other clients.
     *
     * <p>Enables {@code wamp.session.kill} and its variants, for clients that the authorizer allows to call them.
     * They do not exist by default.
     */
    public Realm allowSessionKill() {
        return with(settings -> settings.sessionKill = true);
    }

    /** Returns a copy with other access to the meta API; {@link MetaAccess#AUTHENTICATED} by default. */
    public Realm meta(MetaAccess access) {
        return with(settings -> settings.meta = access);
    }

    /** Returns a copy with other limits. */
    public Realm limits(RealmLimits other) {
        return with(settings -> settings.limits = other);
    }

    /** Removes the retained events of a topic. Returns false if there are none. */
    @CanIgnoreReturnValue
    public boolean clearRetained(String topic) {
        return state.retained().clear(topic);
    }

    /** Returns the name. */
    public String name() {
        return settings.name();
    }

    /** Returns the application. */
    public WampComponent app() {
        return settings.app();
    }

    /** Returns the realm as one server serves it. */
    RealmRouter router() {
        return new RealmRouter(settings, state);
    }

    @Override
    public String toString() {
        return settings.name();
    }
}
