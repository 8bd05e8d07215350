package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.http.User;
import dev.sprocket.wamp.internal.id.SessionId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Identity under which a WAMP session joined its realm.
 *
 * @param authid name of the user
 * @param authrole role of the user
 * @param authmethod method of authentication, such as {@code anonymous} or {@code ticket}
 * @param authprovider source of the user
 * @param authextra further details for the client, sent in WELCOME
 */
@ThreadSafe
public record SessionIdentity(
        String authid, String authrole, String authmethod, String authprovider, Map<String, Object> authextra) {
    /** Role of unauthenticated users. */
    public static final String ANONYMOUS = "anonymous";

    private static final AttributeKey<SessionIdentity> KEY =
            AttributeKey.of("identity", "did it join a realm by WAMP v2?");

    /** Copies {@code authextra}. */
    public SessionIdentity {
        authextra = Map.copyOf(authextra);
    }

    /** Creates an identity without further details. */
    public SessionIdentity(String authid, String authrole, String authmethod, String authprovider) {
        this(authid, authrole, authmethod, authprovider, Map.of());
    }

    /** Creates an anonymous identity. */
    public static SessionIdentity anonymous() {
        return anonymous(ANONYMOUS);
    }

    /** Creates an anonymous identity with a given role. */
    static SessionIdentity anonymous(String role) {
        return new SessionIdentity(SessionId.next(), role, "anonymous", "static");
    }

    /**
     * Creates the identity of a user authenticated in the HTTP handshake.
     *
     * <p>The role is the first of the user's roles in alphabetical order, or {@code user}.
     */
    static SessionIdentity of(User user) {
        String role = new TreeSet<>(user.roles()).stream().findFirst().orElse("user");
        return new SessionIdentity(user.name(), role, "http", "http");
    }

    /** Returns the identity of a connection; empty for WAMP v1, and before WELCOME. */
    public static Optional<SessionIdentity> find(Connection conn) {
        return KEY.find(conn);
    }

    /** Sets this identity as attribute of the connection, and its {@code User} if WAMP authenticated it. */
    public void attachTo(Connection conn) {
        KEY.set(conn, this);
        if (!authmethod.equals("anonymous") && !authmethod.equals("http")) {
            User.set(conn, new User(authid, Set.of(authrole), Map.of()));
        }
    }
}
