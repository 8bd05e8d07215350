package dev.sprocket.wamp;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Key;
import dev.sprocket.http.User;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * As whom a session has joined its realm.
 *
 * <p>Threads: any; it does not change.
 *
 * @param authid who it is
 * @param authrole in which role
 * @param authmethod how that was found out: {@code anonymous}, {@code ticket} …
 * @param authprovider who found it out
 * @param authextra what else the client is told
 */
public record Identity(
        String authid, String authrole, String authmethod, String authprovider, Map<String, Object> authextra) {
    /** The role of those whom nobody knows. */
    static final String ANONYMOUS = "anonymous";

    private static final Key<Identity> KEY = Key.of("identity", "did it join a realm by WAMP v2?");

    /** Keeps a copy. */
    public Identity {
        authextra = Map.copyOf(authextra);
    }

    /** As above, with nothing else to tell. */
    public Identity(String authid, String authrole, String authmethod, String authprovider) {
        this(authid, authrole, authmethod, authprovider, Map.of());
    }

    /** Of somebody whom nobody knows. */
    static Identity anonymous() {
        return anonymous(ANONYMOUS);
    }

    /** As above, in some role. */
    static Identity anonymous(String role) {
        return new Identity(SessionId.next(), role, "anonymous", "static");
    }

    /** Of a user whom the HTTP handshake found out: the first of the roles, in the order of letters, or {@code user}. */
    static Identity of(User user) {
        String role = new TreeSet<>(user.roles()).stream().findFirst().orElse("user");
        return new Identity(user.name(), role, "http", "http");
    }

    /** As whom a connection has joined; empty if it did not, or speaks WAMP v1. */
    public static Optional<Identity> find(Connection conn) {
        return KEY.find(conn);
    }

    void state(Connection conn) {
        KEY.set(conn, this);
        if (!authmethod.equals("anonymous") && !authmethod.equals("http")) {
            User.state(conn, new User(authid, Set.of(authrole), Map.of()));
        }
    }
}
