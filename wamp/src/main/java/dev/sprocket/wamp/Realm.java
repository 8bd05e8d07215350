package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.Topics;
import java.util.ArrayList;
import java.util.List;

/**
 * What clients of WAMP v2 join: an application, its topics, and the rules for who may join and do what.
 *
 * <pre>{@code
 * new WampServer(
 *         new Realm("com.example.shop", new Shop()),
 *         new Realm("com.example.staff", new Staff()).authenticator(staff))
 * }</pre>
 *
 * <p>Whoever joins a realm of several servers is in the same one, if they were given the same realm, or one that was made of
 * another by its methods.
 */
@ThreadSafe
public final class Realm {
    /** What a realm is called unless it has a name of its own. */
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

    /** An application with topics of its own. */
    public Realm(String name, WampComponent app) {
        this(name, app, new Topics());
    }

    /** An application with topics that it shares with bridges or other realms. */
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
            throw new IllegalArgumentException("realm: '" + name + "' (expected: a URI, as com.example.shop)");
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
     * The same for another application, or another view of it: who is in the realm and what they have registered is shared, as
     * topics are.
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

    /** The same with options. */
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

    /** The same, which lets in whom this lets in. */
    public Realm authenticator(WampAuthenticator other) {
        return new Realm(
                name, app, topics, options, other, uris, maxRegistrations, sessionKill, history, meta, limits, state);
    }

    /** The same, whose URIs have lower-case letters, digits and {@code _} only. */
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

    /** The same, where a client may register so many procedures; 1,000 otherwise. Past it the session is aborted. */
    public Realm maxRegistrations(int most) {
        return new Realm(
                name, app, topics, options, authenticator, uris, most, sessionKill, history, meta, limits, state);
    }

    /**
     * The same, where clients may end the sessions of others ({@code wamp.session.kill} and so on), if the authorizer lets them
     * call that. Otherwise there are no such procedures.
     */
    public Realm allowSessionKill() {
        return new Realm(
                name, app, topics, options, authenticator, uris, maxRegistrations, true, history, meta, limits, state);
    }

    /**
     * The same, which remembers the last events of a topic, or of all that fit a pattern, for clients that ask for them
     * ({@code wamp.subscription.get_events}).
     */
    public Realm history(MatchPolicy match, String topic, int most) {
        return history(match, topic, most, EventHistory.DEFAULT_MAX_BYTES);
    }

    /**
     * The same realm with a history that is also limited in bytes; 16 MiB by default. The oldest events leave it, past either
     * limit.
     */
    public Realm history(MatchPolicy match, String topic, int most, long bytes) {
        if (most < 1 || bytes < 1) {
            throw new IllegalArgumentException(
                    "history of " + most + " events and " + bytes + " bytes (expected: >= 1)");
        }
        List<EventHistory.Rule> rules = new ArrayList<>(history);
        rules.add(new EventHistory.Rule(match, topic, most, bytes));
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

    /** The same realm with other access to its meta API; {@link MetaAccess#AUTHENTICATED} by default. */
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

    /** The same realm with other limits. */
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

    /** What it is called. */
    public String name() {
        return name;
    }

    /** The application that it serves. */
    public WampComponent app() {
        return app;
    }

    Topics topics() {
        return topics;
    }

    WampOptions options() {
        return options;
    }

    WampAuthenticator authenticator() {
        return authenticator;
    }

    Uris uris() {
        return uris;
    }

    SharedRealmState state() {
        return state;
    }

    RealmLimits limits() {
        return limits;
    }

    MetaAccess meta() {
        return meta;
    }

    boolean allowsSessionKill() {
        return sessionKill;
    }

    List<EventHistory.Rule> history() {
        return history;
    }

    int maxRegistrations() {
        return maxRegistrations;
    }

    @Override
    public String toString() {
        return name;
    }
}
