package dev.sprocket.wamp;

import dev.sprocket.core.Connection;
import dev.sprocket.core.User;
import dev.sprocket.wamp.auth.SessionIdentity;

/**
 * Clients that may use the meta API of a realm.
 *
 * <p>The meta API consists of the procedures and topics below {@code wamp.} that describe sessions, registrations
 * and subscriptions, or end sessions. Testaments and event history do not belong to it: they are authorized as
 * publishing and subscribing.
 */
public enum MetaAccess {
    /** All clients, including unauthenticated ones. */
    ANYONE,
    /** Clients authenticated by WAMP or in the HTTP handshake. */
    AUTHENTICATED,
    /** No client; WELCOME announces no meta API. */
    NOBODY;

    public boolean allows(Connection conn) {
        return this == ANYONE || this == AUTHENTICATED && isAuthenticated(conn);
    }

    private static boolean isAuthenticated(Connection conn) {
        return User.find(conn).isPresent()
                || SessionIdentity.find(conn)
                        .filter(identity -> !identity.authmethod().equals("anonymous"))
                        .isPresent();
    }
}
