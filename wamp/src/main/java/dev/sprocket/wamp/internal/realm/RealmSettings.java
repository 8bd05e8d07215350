package dev.sprocket.wamp.internal.realm;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.MetaAccess;
import dev.sprocket.wamp.RealmLimits;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.auth.WampAuthenticator;
import dev.sprocket.wamp.internal.id.Uris;

/**
 * Settings of a realm.
 *
 * @param app application
 * @param authenticator authenticator of clients
 * @param uris syntax of URIs in requests
 * @param maxRegistrations maximum number of registrations of a client
 * @param sessionKill true if clients may end other sessions
 * @param meta clients that may use the meta API
 */
@ThreadSafe
public record RealmSettings(
        String name,
        WampComponent app,
        Topics topics,
        WampOptions options,
        WampAuthenticator authenticator,
        Uris uris,
        int maxRegistrations,
        boolean sessionKill,
        MetaAccess meta,
        RealmLimits limits) {
    /** Checks the name. */
    public RealmSettings {
        if (!Uris.LOOSE.allows(name)) {
            throw new IllegalArgumentException("realm: '" + name + "' (expected: a URI such as com.example.shop)");
        }
    }

    /** Creates settings with defaults. */
    public RealmSettings(String name, WampComponent app, Topics topics) {
        this(
                name,
                app,
                topics,
                WampOptions.DEFAULT,
                WampAuthenticator.ADMIT_ALL,
                Uris.LOOSE,
                1000,
                false,
                MetaAccess.AUTHENTICATED,
                RealmLimits.DEFAULT);
    }

    /** Returns a builder of modified settings. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Values of modified settings. Confined to one thread. */
    public static final class Builder {
        private final String name;
        private final Topics topics;
        public WampComponent app;
        public WampOptions options;
        public WampAuthenticator authenticator;
        public Uris uris;
        public int maxRegistrations;
        public boolean sessionKill;
        public MetaAccess meta;
        public RealmLimits limits;

        private Builder(RealmSettings original) {
            this.name = original.name;
            this.topics = original.topics;
            this.app = original.app;
            this.options = original.options;
            this.authenticator = original.authenticator;
            this.uris = original.uris;
            this.maxRegistrations = original.maxRegistrations;
            this.sessionKill = original.sessionKill;
            this.meta = original.meta;
            this.limits = original.limits;
        }

        /** Returns the settings. */
        public RealmSettings build() {
            return new RealmSettings(
                    name, app, topics, options, authenticator, uris, maxRegistrations, sessionKill, meta, limits);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
