package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.http.User;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * As whom a session has joined its realm.
 *
 * @param authid who it is
 * @param authrole in which role
 * @param authmethod how that was found out: {@code anonymous}, {@code ticket} …
 * @param authprovider who found it out
 * @param authextra what else the client is told
 */
@ThreadSafe
public record SessionIdentity(
        String authid, String authrole, String authmethod, String authprovider, Map<String, Object> authextra) {
    /** The role of those whom nobody knows. */
    static final String ANONYMOUS = "anonymous";

    private static final AttributeKey<SessionIdentity> KEY =
            AttributeKey.of("identity", "did it join a realm by WAMP v2?");

    /** Keeps a copy. */
    public SessionIdentity {
        authextra = Map.copyOf(authextra);
    }

    /** As above, with nothing else to tell. */
    public SessionIdentity(String authid, String authrole, String authmethod, String authprovider) {
        this(authid, authrole, authmethod, authprovider, Map.of());
    }

    /** Of somebody whom nobody knows. */
    static SessionIdentity anonymous() {
        return anonymous(ANONYMOUS);
    }

    /** As above, in some role. */
    static SessionIdentity anonymous(String role) {
        return new SessionIdentity(SessionId.next(), role, "anonymous", "static");
    }

    /** Of a user whom the HTTP handshake found out: the first of the roles, in the order of letters, or {@code user}. */
    static SessionIdentity of(User user) {
        String role = new TreeSet<>(user.roles()).stream().findFirst().orElse("user");
        return new SessionIdentity(user.name(), role, "http", "http");
    }

    /** As whom a connection has joined; empty if it did not, or speaks WAMP v1. */
    public static Optional<SessionIdentity> find(Connection conn) {
        return KEY.find(conn);
    }

    void attachTo(Connection conn) {
        KEY.set(conn, this);
        if (!authmethod.equals("anonymous") && !authmethod.equals("http")) {
            User.set(conn, new User(authid, Set.of(authrole), Map.of()));
        }
    }
}
