package dev.sprocket.wamp.server;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.MetaAccess;
import dev.sprocket.wamp.RealmLimits;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.auth.WampAuthenticator;
import dev.sprocket.wamp.internal.broker.EventHistory;
import dev.sprocket.wamp.internal.id.Uris;
import dev.sprocket.wamp.internal.realm.SharedRealmState;
import java.util.ArrayList;
import java.util.List;

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

    private final String name;
    private final WampComponent app;
    private final Topics topics;
    private final WampOptions options;
    private final WampAuthenticator authenticator;
    private final Uris uris;
    private final int maxRegistrations;
    private final boolean sessionKill;
    private final List<EventHistory.Rule> history;
    private final MetaAccess meta;
    private final RealmLimits limits;
    private final SharedRealmState state;

    /** Creates a realm of an application with its own topics. */
    public Realm(String name, WampComponent app) {
        this(name, app, new Topics());
    }

    /** Creates a realm of an application with topics shared with bridges or other realms. */
    public Realm(String name, WampComponent app, Topics topics) {
        this(
                name,
                app,
                topics,
                WampOptions.DEFAULT,
                WampAuthenticator.ADMIT_ALL,
                Uris.LOOSE,
                1000,
                false,
                List.of(),
                MetaAccess.AUTHENTICATED,
                RealmLimits.DEFAULT,
                new SharedRealmState(topics));
    }

    private Realm(
            String name,
            WampComponent app,
            Topics topics,
            WampOptions options,
            WampAuthenticator authenticator,
            Uris uris,
            int registrations,
            boolean kill,
            List<EventHistory.Rule> history,
            MetaAccess meta,
            RealmLimits limits,
            SharedRealmState state) {
        if (!Uris.LOOSE.allows(name)) {
            throw new IllegalArgumentException("realm: '" + name + "' (expected: a URI such as com.example.shop)");
        }
        this.name = name;
        this.app = app;
        this.topics = topics;
        this.options = options;
        this.authenticator = authenticator;
        this.uris = uris;
        this.maxRegistrations = registrations;
        this.sessionKill = kill;
        this.history = history;
        this.meta = meta;
        this.limits = limits;
        this.state = state;
    }

    /**
     * Returns a copy with another application, or another view of the application.
     *
     * <p>Sessions, registrations and topics are shared with this realm.
     */
    public Realm app(WampComponent other) {
        return new Realm(
                name,
                other,
                topics,
                options,
                authenticator,
                uris,
                maxRegistrations,
                sessionKill,
                history,
                meta,
                limits,
                state);
    }

    /** Returns a copy with other options. */
    public Realm options(WampOptions other) {
        return new Realm(
                name,
                app,
                topics,
                other,
                authenticator,
                uris,
                maxRegistrations,
                sessionKill,
                history,
                meta,
                limits,
                state);
    }

    /** Returns a copy with another authenticator. */
    public Realm authenticator(WampAuthenticator other) {
        return new Realm(
                name, app, topics, options, other, uris, maxRegistrations, sessionKill, history, meta, limits, state);
    }

    /** Returns a copy that accepts strict URIs only: lower-case letters, digits and {@code _}. */
    public Realm strictUris() {
        return new Realm(
                name,
                app,
                topics,
                options,
                authenticator,
                Uris.STRICT,
                maxRegistrations,
                sessionKill,
                history,
                meta,
                limits,
                state);
    }

    /**
     * Returns a copy with another limit of registrations per client; 1,000 by default.
     *
     * <p>Beyond the limit the session is aborted.
     */
    public Realm maxRegistrations(int max) {
        return new Realm(
                name, app, topics, options, authenticator, uris, max, sessionKill, history, meta, limits, state);
    }

    /**
     * Returns a copy that permits ending the sessions of other clients.
     *
     * <p>Enables {@code wamp.session.kill} and its variants, for clients that the authorizer allows to call them.
     * They do not exist by default.
     */
    public Realm allowSessionKill() {
        return new Realm(
                name, app, topics, options, authenticator, uris, maxRegistrations, true, history, meta, limits, state);
    }

    /**
     * Returns a copy that stores the last events of a topic or pattern.
     *
     * <p>Clients read them with {@code wamp.subscription.get_events}. The history is limited to 16 MiB.
     */
    public Realm history(MatchPolicy match, String topic, int maxEvents) {
        return history(match, topic, maxEvents, EventHistory.DEFAULT_MAX_BYTES);
    }

    /**
     * Returns a copy that stores the last events of a topic, limited in bytes.
     *
     * <p>Beyond either limit the oldest events are removed.
     */
    public Realm history(MatchPolicy match, String topic, int maxEvents, long maxBytes) {
        if (maxEvents < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "history of " + maxEvents + " events and " + maxBytes + " bytes (expected: >= 1)");
        }
        List<EventHistory.Rule> rules = new ArrayList<>(history);
        rules.add(new EventHistory.Rule(match, topic, maxEvents, maxBytes));
        return new Realm(
                name,
                app,
                topics,
                options,
                authenticator,
                uris,
                maxRegistrations,
                sessionKill,
                List.copyOf(rules),
                meta,
                limits,
                state);
    }

    /** Returns a copy with other access to the meta API; {@link MetaAccess#AUTHENTICATED} by default. */
    public Realm meta(MetaAccess access) {
        return new Realm(
                name,
                app,
                topics,
                options,
                authenticator,
                uris,
                maxRegistrations,
                sessionKill,
                history,
                access,
                limits,
                state);
    }

    /** Returns a copy with other limits. */
    public Realm limits(RealmLimits other) {
        return new Realm(
                name,
                app,
                topics,
                options,
                authenticator,
                uris,
                maxRegistrations,
                sessionKill,
                history,
                meta,
                other,
                state);
    }

    /** Removes the retained events of a topic. Returns false if there are none. */
    public boolean clearRetained(String topic) {
        return state.retained().clear(topic);
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Returns the application. */
    public WampComponent app() {
        return app;
    }

    public Topics topics() {
        return topics;
    }

    public WampOptions options() {
        return options;
    }

    public WampAuthenticator authenticator() {
        return authenticator;
    }

    public Uris uris() {
        return uris;
    }

    public SharedRealmState state() {
        return state;
    }

    public RealmLimits limits() {
        return limits;
    }

    public MetaAccess meta() {
        return meta;
    }

    public boolean allowsSessionKill() {
        return sessionKill;
    }

    public List<EventHistory.Rule> history() {
        return history;
    }

    public int maxRegistrations() {
        return maxRegistrations;
    }

    @Override
    public String toString() {
        return name;
    }
}
