package dev.sprocket.http.auth;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.BodyAggregator;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.RequestHeadListener;
import dev.sprocket.http.User;

/**
 * Admits requests of {@linkplain User users} with a role, and rejects others with 403.
 *
 * <p>Requires an {@link Authenticator} below it. Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class RoleFilter extends ForwardingComponent<HttpConnection, Message> implements RequestHeadListener {
    private final AttributeKey<Boolean> passed = AttributeKey.of("role", "did RoleFilter admit the request?");
    private final String role;

    /** Filters requests of a component by role. */
    public RoleFilter(String role, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(BodyAggregator.wrapIfNeeded(inner));
        this.role = role;
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        User user = User.of(conn);
        if (!user.roles().contains(role)) {
            conn.respond(HttpResponse.error(
                    403, "user " + SafeText.excerpt(user.toString()) + " (expected: role " + role + ")"));
        } else {
            passed.set(conn, true);
            super.onOpen(conn);
        }
    }

    @Override
    public void onClose(HttpConnection conn) throws Exception {
        if (passed.peek(conn) != null) {
            super.onClose(conn);
        }
    }
}
