package dev.sprocket.wamp;

import dev.sprocket.pubsub.MatchPolicy;

/**
 * Decides what connections may do; asked each time, before the application hears of it. {@link WampOptions} takes one, and
 * {@link AccessRules} is one that is made of patterns and roles.
 *
 * <pre>{@code
 * WampOptions.DEFAULT.authorizer((conn, action, uri) -> User.of(conn).roles().contains("staff")
 *         ? Decision.ALLOW
 *         : Decision.deny("for staff only"));
 * }</pre>
 *
 * <p>What is denied is logged in one line, with the user and the reason, and counted. If this throws, it is not allowed
 * either, and the connection ends as after any failure.
 *
 * <p>It is also asked, without a log line, whether meta procedures and events may show a topic or procedure to a client.
 *
 * <p>Threads: called as the callbacks of a component, so it may block only where they may. Before meta events it is called on
 * the event loop of each client that is subscribed to them, where it must not block ({@link Realm#meta} can turn them off).
 */
@FunctionalInterface
public interface Authorizer {
    /** Allows everything. */
    Authorizer ALLOW_ALL = (conn, action, uri) -> AccessDecision.ALLOW;

    /** What can be asked for. */
    enum Action {
        /** Subscribing to a topic. */
        SUBSCRIBE,
        /** Publishing on a topic. */
        PUBLISH,
        /** Calling a procedure. */
        CALL,
        /** Registering a procedure (WAMP v2). */
        REGISTER
    }

    /**
     * Decides.
     *
     * @param conn who asks; {@code User.find(conn)} tells more if there is an {@code Authenticator} below
     * @param uri the topic or the procedure, with its CURIE expanded
     */
    AccessDecision authorize(WampConnection conn, Action action, String uri) throws Exception;

    /**
     * Decides about a pattern, to subscribe to or to register (WAMP v2). Unless overridden, none is allowed, but where
     * everything is: what is denied by its name could be had by a pattern.
     *
     * @param match anything but {@link MatchPolicy#EXACT}
     */
    default AccessDecision authorize(WampConnection conn, Action action, String pattern, MatchPolicy match)
            throws Exception {
        return this == ALLOW_ALL ? AccessDecision.ALLOW : AccessDecision.deny("no patterns");
    }
}
