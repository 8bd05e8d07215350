package dev.sprocket.wamp;

import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.server.Realm;

/**
 * Decides about the permissions of connections.
 *
 * <p>Called for each request, before the application. Set with {@link WampOptions#authorizer}; {@link AccessRules}
 * implements it with patterns and roles.
 *
 * <pre>{@code
 * WampOptions.DEFAULT.authorizer((conn, action, uri) -> User.of(conn).roles().contains("staff")
 *         ? AccessDecision.ALLOW
 *         : AccessDecision.deny("for staff only"));
 * }</pre>
 *
 * <p>Each denial is counted and logged with the user and the reason. If this throws, the request is not allowed and
 * the connection ends as after any failure.
 *
 * <p>It also decides, without a log line, which topics and procedures meta procedures and meta events show to a
 * client.
 *
 * <p>Called like the callbacks of a component: it may block only if these may. Before meta events it is called on
 * the event loop of each client that is subscribed to them, where it must not block ({@link Realm#meta} can disable
 * them).
 */
@FunctionalInterface
public interface Authorizer {
    /** Allows everything. */
    Authorizer ALLOW_ALL = (conn, action, uri) -> AccessDecision.ALLOW;

    /** Action that needs a permission. */
    enum Action {
        /** Subscribe to a topic. */
        SUBSCRIBE,
        /** Publish on a topic. */
        PUBLISH,
        /** Call a procedure. */
        CALL,
        /** Register a procedure (WAMP v2). */
        REGISTER
    }

    /**
     * Decides about a topic or procedure.
     *
     * @param conn connection that sent the request; {@code User.find(conn)} returns its user if there is an {@code
     *     Authenticator} below
     * @param uri topic or procedure, with CURIEs expanded
     */
    AccessDecision authorize(WampConnection conn, Action action, String uri) throws Exception;

    /**
     * Decides about a pattern for a subscription or registration (WAMP v2).
     *
     * <p>By default all patterns are denied, except by {@link #ALLOW_ALL}: a pattern could match names that are
     * denied individually.
     *
     * @param match {@link MatchPolicy#PREFIX} or {@link MatchPolicy#WILDCARD}
     */
    default AccessDecision authorize(WampConnection conn, Action action, String pattern, MatchPolicy match)
            throws Exception {
        return this == ALLOW_ALL ? AccessDecision.ALLOW : AccessDecision.deny("no patterns");
    }
}
