package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Authenticated user of a connection.
 *
 * <p>It is the same for each way of authentication: HTTP Basic, a token, a session cookie, WAMP, a client certificate,
 * or the secret of a backend.
 *
 * <pre>{@code
 * User.named("ann").roles("editor", "staff");
 * }</pre>
 */
@ThreadSafe
public final class User {
    private static final AttributeKey<User> KEY = AttributeKey.of("user", "is Authenticator below this component?");

    private final String id;
    private final Set<String> roles;
    private final Map<String, Object> claims;
    private final @Nullable Instant expires;

    private User(String id, Set<String> roles, Map<String, Object> claims, @Nullable Instant expires) {
        this.id = id;
        this.roles = roles;
        this.claims = claims;
        this.expires = expires;
    }

    /**
     * Returns a user without roles and claims.
     *
     * @param id id or login name, unique among the users of the application
     */
    public static User named(String id) {
        return new User(id, Set.of(), Map.of(), null);
    }

    /** Returns a copy with other roles, which the application defines. */
    public User roles(String... names) {
        return roles(List.of(names));
    }

    /** Returns a copy with the roles of a collection. */
    public User roles(Collection<String> names) {
        return new User(id, Set.copyOf(names), claims, expires);
    }

    /** Returns a copy with other claims, such as those of a token. */
    public User claims(Map<String, ?> values) {
        return new User(id, roles, Map.copyOf(values), expires);
    }

    /**
     * Returns a copy whose authentication ends at a time.
     *
     * <p>Then a connection that was authenticated by a layer of Sprocket is closed, under WebSocket with 4401, unless
     * the authentication was renewed.
     */
    public User expires(Instant time) {
        return new User(id, roles, claims, time);
    }

    /** Sets the user of a connection, for components that authenticate. */
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

    /** Returns the id or login name. */
    public String id() {
        return id;
    }

    /** Returns the roles. */
    public Set<String> roles() {
        return roles;
    }

    /** Returns additional information; it may be confidential. */
    public Map<String, Object> claims() {
        return claims;
    }

    /** Returns the end of the authentication; empty if it has none. */
    public Optional<Instant> expires() {
        return Optional.ofNullable(expires);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof User that
                && id.equals(that.id)
                && roles.equals(that.roles)
                && claims.equals(that.claims)
                && Objects.equals(expires, that.expires);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, roles);
    }

    /** Returns id and roles; claims may be confidential. */
    @Override
    public String toString() {
        return id + " " + roles;
    }
}
