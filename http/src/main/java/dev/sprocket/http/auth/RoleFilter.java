package dev.sprocket.http.auth;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpGuard;
import dev.sprocket.http.HttpResponse;
import java.util.Optional;

/**
 * Admits requests of {@linkplain User users} with a role, and rejects others with 403.
 *
 * <p>Requires an {@link Authenticator} below it. Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class RoleFilter extends HttpGuard {
    private final String role;

    /** Filters requests of a component by role. */
    public RoleFilter(String role, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(inner);
        this.role = role;
    }

    @Override
    protected Optional<HttpResponse> admit(HttpConnection conn) {
        User user = User.of(conn);
        return user.roles().contains(role)
                ? Optional.empty()
                : Optional.of(HttpResponse.error(
                        403, "user " + SafeText.excerpt(user.toString()) + " (expected: role " + role + ")"));
    }
}
