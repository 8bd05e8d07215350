package dev.sprocket.pubsub.access;

import dev.sprocket.core.Connection;
import dev.sprocket.core.User;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Request of a peer to subscribe, publish, call or register.
 *
 * <p>Immutable; a request is not kept after the decision.
 */
public final class AccessRequest {
    private final Connection connection;
    private final @Nullable User user;
    private final @Nullable String sessionRole;
    private final boolean backend;
    private final @Nullable Topics topics;
    private final @Nullable Subscriber subscriber;
    private final Connection meter;
    private final Action action;
    private final String name;
    private final MatchPolicy match;

    private AccessRequest(
            Connection connection,
            @Nullable User user,
            @Nullable String sessionRole,
            boolean backend,
            @Nullable Topics topics,
            @Nullable Subscriber subscriber,
            Connection meter,
            Action action,
            String name,
            MatchPolicy match) {
        this.connection = connection;
        this.user = user;
        this.sessionRole = sessionRole;
        this.backend = backend;
        this.topics = topics;
        this.subscriber = subscriber;
        this.meter = meter;
        this.action = action;
        this.name = name;
        this.match = match;
    }

    /**
     * Creates a request of a client.
     *
     * @param connection connection of the client, with its {@link User} if it is authenticated
     * @param name topic or procedure, with CURIEs expanded
     */
    public static AccessRequest of(Connection connection, Action action, String name) {
        return new AccessRequest(
                connection,
                User.find(connection).orElse(null),
                null,
                false,
                null,
                null,
                connection,
                action,
                name,
                MatchPolicy.EXACT);
    }

    /** Returns a copy for a pattern. */
    public AccessRequest match(MatchPolicy policy) {
        return new AccessRequest(
                connection, user, sessionRole, backend, topics, subscriber, meter, action, name, policy);
    }

    /** Returns a copy for a backend that a push route or bridge has let in. */
    public AccessRequest backend() {
        return new AccessRequest(connection, user, sessionRole, true, topics, subscriber, meter, action, name, match);
    }

    /** Returns a copy with another user. */
    public AccessRequest user(User other) {
        return new AccessRequest(
                connection, other, sessionRole, backend, topics, subscriber, meter, action, name, match);
    }

    /** Returns a copy with an additional role, such as that of an anonymous WAMP session. */
    public AccessRequest sessionRole(String role) {
        return new AccessRequest(connection, user, role, backend, topics, subscriber, meter, action, name, match);
    }

    /**
     * Returns a copy with the subscriber of the connection.
     *
     * @param registry topics of the request
     */
    public AccessRequest subscriber(Topics registry, Subscriber own) {
        return new AccessRequest(connection, user, sessionRole, backend, registry, own, meter, action, name, match);
    }

    /**
     * Returns a copy whose publish counts towards the rates of another connection.
     *
     * <p>For protocols whose requests are connections of their own, such as HTTP: that is the connection below.
     */
    public AccessRequest meter(Connection lower) {
        return new AccessRequest(
                connection, user, sessionRole, backend, topics, subscriber, lower, action, name, match);
    }

    /** Returns the connection whose publishes a rate counts. */
    Connection meter() {
        return meter;
    }

    /** Returns the connection that sent the request. */
    public Connection connection() {
        return connection;
    }

    /** Returns the user; empty if the peer is not authenticated. */
    public Optional<User> user() {
        return Optional.ofNullable(user);
    }

    /** Reports whether the peer is authenticated. */
    public boolean isAuthenticated() {
        return user != null;
    }

    /** Reports whether the peer is a backend, let in by a push route or bridge. */
    public boolean isBackend() {
        return backend;
    }

    /**
     * Reports whether the peer has a role.
     *
     * <p>A client that is not authenticated has the role {@code anonymous}, or that of its anonymous WAMP session.
     */
    public boolean hasRole(String role) {
        return user != null && user.roles().contains(role) || role.equals(sessionRole());
    }

    private @Nullable String sessionRole() {
        return sessionRole == null && user == null && !backend ? "anonymous" : sessionRole;
    }

    /** Reports whether the connection is subscribed to the topic or a matching pattern. */
    public boolean isSubscribed() {
        return topics != null && subscriber != null && topics.reaches(name, subscriber);
    }

    /** Returns the roles of the peer. */
    public Set<String> roles() {
        Set<String> all = new HashSet<>(user == null ? Set.of() : user.roles());
        String own = sessionRole();
        if (own != null) {
            all.add(own);
        }
        return Set.copyOf(all);
    }

    public Action action() {
        return action;
    }

    /** Returns the topic or procedure, or the pattern. */
    public String name() {
        return name;
    }

    /** Returns how the name is compared: exactly, or as a pattern. */
    public MatchPolicy match() {
        return match;
    }

    /** Returns action, name and user. */
    @Override
    public String toString() {
        return action + " " + name + " by " + (user == null ? backend ? "backend" : "anonymous" : user);
    }
}
