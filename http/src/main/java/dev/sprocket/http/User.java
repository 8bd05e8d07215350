package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.http.auth.Authenticator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Authenticated user of a connection.
 *
 * @param name login name
 * @param roles roles, defined by the application
 * @param claims additional information
 */
@ThreadSafe
public record User(String name, Set<String> roles, Map<String, Object> claims) {
    private static final AttributeKey<User> KEY = AttributeKey.of("user", "is Authenticator below this component?");

    /** Copies roles and claims. */
    public User {
        roles = Set.copyOf(roles);
        claims = Map.copyOf(claims);
    }

    /** Returns a user without roles and claims. */
    public static User named(String name) {
        return new User(name, Set.of(), Map.of());
    }

    /** Sets the user of a connection, for components that authenticate in other ways than {@link Authenticator}. */
    public static void set(Connection conn, User user) {
        KEY.set(conn, user);
    }

    /** Returns the user of a connection. Throws {@link IllegalStateException} if it is not authenticated. */
    public static User of(Connection conn) {
        return KEY.get(conn);
    }

    /** Returns the user of a connection; empty if it is not authenticated. */
    public static Optional<User> find(Connection conn) {
        return KEY.find(conn);
    }

    /** Returns name and roles; claims may be confidential. */
    @Override
    public String toString() {
        return name + " " + roles;
    }
}
