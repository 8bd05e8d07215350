package dev.sprocket.wamp;

import dev.sprocket.core.Connection;
import dev.sprocket.http.User;

/**
 * Who may call the meta procedures of a realm and subscribe to its meta events.
 *
 * <p>These are the procedures and topics below {@code wamp.} that describe sessions, registrations and subscriptions, and
 * those that end sessions. Testaments and event history are not among them: they are authorized as publishing and
 * subscribing.
 */
public enum MetaAccess {
    /** Every client, also unauthenticated ones. */
    ANYONE,
    /** Clients that logged in, by WAMP or in the HTTP handshake. */
    AUTHENTICATED,
    /** No client; WELCOME announces no meta API. */
    NOBODY;

    boolean allows(Connection conn) {
        return this == ANYONE || this == AUTHENTICATED && isAuthenticated(conn);
    }

    private static boolean isAuthenticated(Connection conn) {
        return User.find(conn).isPresent()
                || SessionIdentity.find(conn)
                        .filter(identity -> !identity.authmethod().equals("anonymous"))
                        .isPresent();
    }
}
