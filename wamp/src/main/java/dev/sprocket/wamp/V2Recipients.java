package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.http.User;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Subscriber;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For whom a client of WAMP v2 publishes, beside itself, by sessions, authids and authroles; null is no list of who may, which
 * differs from an empty one.
 *
 * @param retain whether the event is kept for those who subscribe later
 */
@ThreadSafe
record V2Recipients(Names sessions, Names authids, Names authroles, boolean retain) {
    /** Some names. */
    record Names(Set<String> excluded, @Nullable Set<String> eligible) {
        static Names of(OptionReader options, String suffix) {
            Set<String> excluded = options.names("exclude" + suffix);
            return new Names(excluded == null ? Set.of() : excluded, options.names("eligible" + suffix));
        }

        static Names ofSessions(OptionReader options) {
            Set<String> excluded = options.ids("exclude");
            return new Names(excluded == null ? Set.of() : excluded, options.ids("eligible"));
        }

        int size() {
            return size(excluded) + (eligible == null ? 0 : size(eligible));
        }

        private static int size(Set<String> names) {
            int size = 0;
            for (String name : names) {
                size += 64 + name.length();
            }
            return size;
        }

        boolean isEverybody() {
            return excluded.isEmpty() && eligible == null;
        }

        boolean include(Collection<String> names) {
            return names.stream().noneMatch(excluded::contains)
                    && (eligible == null || names.stream().anyMatch(eligible::contains));
        }
    }

    private static final Names EVERYBODY = new Names(Set.of(), null);
    static final V2Recipients NONE = new V2Recipients(EVERYBODY, EVERYBODY, EVERYBODY, false);

    /** Throws {@link CallException} if an option is of the wrong type. */
    static V2Recipients of(OptionReader options) {
        if (options.map().isEmpty()) {
            return NONE;
        }
        return new V2Recipients(
                Names.ofSessions(options),
                Names.of(options, "_authid"),
                Names.of(options, "_authrole"),
                options.is("retain"));
    }

    /** How much memory its names take, in bytes, roughly. */
    int size() {
        return sessions.size() + authids.size() + authroles.size();
    }

    boolean isForEverybody() {
        return sessions.isEverybody() && authids.isEverybody() && authroles.isEverybody();
    }

    /** @param others all who may hear of it as far as exclude_me goes */
    Audience audience(Audience others) {
        if (isForEverybody()) {
            return others;
        }
        return others.only(this::include);
    }

    private boolean include(Subscriber subscriber) {
        return sessions.include(Set.of(subscriber.id()))
                && subscriber
                        .connection()
                        .map(conn -> {
                            SessionIdentity identity =
                                    SessionIdentity.find(conn).orElse(null);
                            return identity != null
                                    ? include(identity)
                                    : include(User.find(conn).orElse(null));
                        })
                        .orElse(authids.isEverybody() && authroles.isEverybody());
    }

    boolean include(SessionIdentity identity) {
        return authids.include(Set.of(identity.authid())) && authroles.include(Set.of(identity.authrole()));
    }

    /** Somebody who speaks WAMP v1 or listens in another way. */
    private boolean include(@Nullable User user) {
        return user == null
                ? authids.include(Set.of()) && authroles.include(Set.of("anonymous"))
                : authids.include(Set.of(user.name())) && authroles.include(user.roles());
    }
}
