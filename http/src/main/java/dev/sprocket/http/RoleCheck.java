package dev.sprocket.http;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Forwarding;
import dev.sprocket.core.Key;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.SafeText;

/**
 * Lets requests through whose {@link User} has a role, and answers others with 403; stands above an {@link Authenticator}.
 *
 * <p>Threads: as the stack around it.
 */
@Concurrent
public final class RoleCheck extends Forwarding<HttpConnection, Message> implements TakesHead {
    private final Key<Boolean> passed = Key.of("role", "did RoleCheck let it pass?");
    private final String role;

    /** Guards a component. */
    public RoleCheck(String role, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(WholeBody.before(inner));
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
