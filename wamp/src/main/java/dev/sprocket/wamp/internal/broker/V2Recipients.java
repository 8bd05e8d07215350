package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.message.OptionReader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recipients of an event of a WAMP v2 client, by sessions, authids and authroles.
 *
 * @param sessions filter of session ids
 * @param authids filter of user names
 * @param authroles filter of roles
 * @param retain true to retain the event for later subscribers
 */
@ThreadSafe
public record V2Recipients(NameFilter sessions, NameFilter authids, NameFilter authroles, boolean retain) {
    /** Exclusion list and eligibility list. A null eligibility list includes all, an empty list nothing. */
    record NameFilter(Set<String> excluded, @Nullable Set<String> eligible) {
        NameFilter {
            excluded = Set.copyOf(excluded); // so that the audience shares it
            eligible = eligible == null ? null : Set.copyOf(eligible);
        }

        static NameFilter of(OptionReader options, String suffix) {
            Set<String> excluded = options.names("exclude" + suffix);
            return new NameFilter(excluded == null ? Set.of() : excluded, options.names("eligible" + suffix));
        }

        static NameFilter ofSessions(OptionReader options) {
            Set<String> excluded = options.ids("exclude");
            return new NameFilter(excluded == null ? Set.of() : excluded, options.ids("eligible"));
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

        boolean isUnrestricted() {
            return excluded.isEmpty() && eligible == null;
        }
    }

    private static final NameFilter UNRESTRICTED = new NameFilter(Set.of(), null);
    public static final V2Recipients ALL = new V2Recipients(UNRESTRICTED, UNRESTRICTED, UNRESTRICTED, false);
    /** All recipients of a retained event. */
    static final V2Recipients ALL_RETAINED = new V2Recipients(UNRESTRICTED, UNRESTRICTED, UNRESTRICTED, true);

    /** Reads the recipients. Throws {@link CallException} if an option has the wrong type. */
    public static V2Recipients of(OptionReader options) {
        if (options.map().isEmpty()) {
            return ALL;
        }
        return new V2Recipients(
                NameFilter.ofSessions(options),
                NameFilter.of(options, "_authid"),
                NameFilter.of(options, "_authrole"),
                options.isTrue("retain"));
    }

    /** Returns the approximate memory use of the names in bytes. */
    public int size() {
        return sessions.size() + authids.size() + authroles.size();
    }

    boolean isUnrestricted() {
        return sessions.isUnrestricted() && authids.isUnrestricted() && authroles.isUnrestricted();
    }

    /**
     * Returns the audience of the event.
     *
     * @param others audience according to {@code exclude_me}
     */
    public Audience audience(Audience others) {
        if (isUnrestricted()) {
            return others;
        }
        Audience chosen = others.exceptIds(sessions.excluded)
                .exceptUsers(authids.excluded)
                .exceptRoles(authroles.excluded);
        chosen = sessions.eligible == null ? chosen : chosen.onlyIds(sessions.eligible);
        chosen = authids.eligible == null ? chosen : chosen.onlyUsers(authids.eligible);
        return authroles.eligible == null ? chosen : chosen.onlyRoles(authroles.eligible);
    }
}
