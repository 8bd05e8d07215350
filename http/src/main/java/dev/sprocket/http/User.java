package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who a connection belongs to, as {@link Authenticator} found out.
 *
 * @param name what the user is called
 * @param roles what the user may do, in words of the application
 * @param claims whatever else is known
 */
@ThreadSafe
public record User(String name, Set<String> roles, Map<String, Object> claims) {
    static final AttributeKey<User> KEY = AttributeKey.of("user", "is Authenticator below this component?");

    /** Keeps copies. */
    public User {
        roles = Set.copyOf(roles);
        claims = Map.copyOf(claims);
    }

    /** A user of whom nothing else is known. */
    public static User named(String name) {
        return new User(name, Set.of(), Map.of());
    }

    /** States who a connection belongs to: for components that find it out in another way than {@link Authenticator}. */
    public static void set(Connection conn, User user) {
        KEY.set(conn, user);
    }

    /** The user of a connection. Throws {@link IllegalStateException} if no Authenticator is below. */
    public static User of(Connection conn) {
        return KEY.get(conn);
    }

    /** As {@link #of}; empty if no Authenticator is below. */
    public static Optional<User> find(Connection conn) {
        return KEY.find(conn);
    }

    /** Name and roles; claims may hold what is nobody else's business. */
    @Override
    public String toString() {
        return name + " " + roles;
    }
}
