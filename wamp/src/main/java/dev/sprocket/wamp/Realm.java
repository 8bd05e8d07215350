package dev.sprocket.wamp;

import dev.sprocket.pubsub.Topics;

/**
 * What clients of WAMP v2 join: an application, its topics, and the rules for who may join and do what.
 *
 * <pre>{@code
 * new WampServer(
 *         new Realm("com.example.shop", new Shop()),
 *         new Realm("com.example.staff", new Staff()).authenticator(staff))
 * }</pre>
 *
 * <p>Threads: any; it does not change.
 */
public final class Realm {
    /** What a realm is called unless it has a name of its own. */
    public static final String DEFAULT_NAME = "realm1";

    private final String name;
    private final WampComponent app;
    private final Topics topics;
    private final WampOptions options;
    private final WampAuthenticator authenticator;
    private final Uris uris;
    private final int registrations;

    /** An application with topics of its own. */
    public Realm(String name, WampComponent app) {
        this(name, app, new Topics());
    }

    /** An application with topics that it shares with bridges or other realms. */
    public Realm(String name, WampComponent app, Topics topics) {
        this(name, app, topics, WampOptions.DEFAULT, WampAuthenticator.ANYBODY, Uris.LOOSE, 1000);
    }

    private Realm(
            String name,
            WampComponent app,
            Topics topics,
            WampOptions options,
            WampAuthenticator authenticator,
            Uris uris,
            int registrations) {
        if (!Uris.LOOSE.allows(name)) {
            throw new IllegalArgumentException("realm: '" + name + "' (expected: a URI, as com.example.shop)");
        }
        this.name = name;
        this.app = app;
        this.topics = topics;
        this.options = options;
        this.authenticator = authenticator;
        this.uris = uris;
        this.registrations = registrations;
    }

    /** The same with options. */
    public Realm options(WampOptions other) {
        return new Realm(name, app, topics, other, authenticator, uris, registrations);
    }

    /** The same, which lets in whom this lets in. */
    public Realm authenticator(WampAuthenticator other) {
        return new Realm(name, app, topics, options, other, uris, registrations);
    }

    /** The same, whose URIs have lower-case letters, digits and {@code _} only. */
    public Realm strictUris() {
        return new Realm(name, app, topics, options, authenticator, Uris.STRICT, registrations);
    }

    /** The same, where a client may register so many procedures; 1,000 otherwise. Past it the session is aborted. */
    public Realm registrations(int most) {
        return new Realm(name, app, topics, options, authenticator, uris, most);
    }

    /** What it is called. */
    public String name() {
        return name;
    }

    WampComponent app() {
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

    int registrations() {
        return registrations;
    }

    @Override
    public String toString() {
        return name;
    }
}
