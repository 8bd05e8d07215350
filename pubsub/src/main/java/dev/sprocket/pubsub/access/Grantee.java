package dev.sprocket.pubsub.access;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.core.User;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.pattern.NameComponent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Peers to whom an {@link AccessRule} grants an action. */
@Immutable
public final class Grantee {
    /** Every peer, also without authentication. */
    public static final Grantee ANYONE = new Grantee("anyone");
    /** Peers with a {@link User}. */
    public static final Grantee AUTHENTICATED = new Grantee("authenticated");
    /** No peer. */
    public static final Grantee NOBODY = new Grantee("nobody");
    /**
     * The user whose id is in the hole {@code {user}} of the rule.
     *
     * <p>In names, an id is encoded by {@link Topics#component}. A backend is nobody's self.
     */
    public static final Grantee SELF = new Grantee("self");
    /** Peers that are subscribed to the topic or a matching pattern; for publishing. */
    public static final Grantee SUBSCRIBERS = new Grantee("subscribers");
    /** Backends, let in by a push route or bridge. */
    public static final Grantee BACKEND = new Grantee("backend");

    /**
     * Users whose token grants it: a claim {@code topics} or {@code procedures} with patterns and rights.
     *
     * <p>For example {@code {"topics": {"news.*": ["subscribe"], "room.7": ["subscribe", "publish"]}}}. A pattern is a
     * name, or a beginning followed by {@code *} for any rest that is not empty.
     */
    public static final Grantee TOKEN = new Grantee("token");

    private static final String ROLE = "role ";

    private final String text;
    private final @Nullable String role;

    private Grantee(String text) {
        this(text, null);
    }

    private Grantee(String text, @Nullable String role) {
        this.text = text;
        this.role = role;
    }

    /**
     * Returns the grantee of the peers that have a role.
     *
     * @throws IllegalArgumentException if the role is blank
     */
    public static Grantee role(String role) {
        if (role.isBlank()) {
            throw new IllegalArgumentException("role without a name (expected: role NAME)");
        }
        return new Grantee(ROLE + role.strip(), role.strip());
    }

    /**
     * Returns the grantee of a word of the configuration file, such as {@code anyone} or {@code role editor}.
     *
     * @throws IllegalArgumentException if the word is unknown
     */
    public static Grantee parse(String word) {
        return switch (word) {
            case "anyone" -> ANYONE;
            case "authenticated" -> AUTHENTICATED;
            case "nobody" -> NOBODY;
            case "self" -> SELF;
            case "subscribers" -> SUBSCRIBERS;
            case "backend" -> BACKEND;
            case "token" -> TOKEN;
            default -> {
                if (!word.startsWith(ROLE)) {
                    throw new IllegalArgumentException("'" + word + "' (expected: anyone, authenticated, nobody, self,"
                            + " subscribers, backend, token or role NAME)");
                }
                yield role(word.substring(ROLE.length()));
            }
        };
    }

    /**
     * Reports whether a peer is one of a list of grantees.
     *
     * @param component component in the hole {@code {user}}; null if it is not determined
     */
    static boolean anyIncludes(List<Grantee> grantees, AccessRequest request, @Nullable String component) {
        for (int i = 0; i < grantees.size(); i++) {
            if (grantees.get(i).includes(request, component)) {
                return true;
            }
        }
        return false;
    }

    private boolean includes(AccessRequest request, @Nullable String component) {
        if (role != null) {
            return request.hasRole(role);
        }
        return switch (text) {
            case "anyone" -> true;
            case "authenticated" -> request.isAuthenticated();
            case "self" -> component != null && isSelf(request, component);
            case "subscribers" -> request.isSubscribed();
            case "backend" -> request.isBackend();
            case "token" -> TokenGrants.include(request);
            default -> false;
        };
    }

    private static boolean isSelf(AccessRequest request, String component) {
        User user = request.user().orElse(null);
        return user != null && !request.isBackend() && NameComponent.isEncodingOf(component, user.id());
    }

    /** Reports whether these are some of the authenticated peers. */
    boolean needsUser() {
        return equals(AUTHENTICATED) || equals(SELF) || equals(TOKEN) || role != null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Grantee that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Returns the word of the configuration file. */
    @Override
    public String toString() {
        return text;
    }
}
