package dev.sprocket.wamp;

/**
 * Decides what connections may do; asked each time, before the application hears of it. {@link WampOptions} takes one, and
 * {@link Rules} is one that is made of patterns and roles.
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
 * <p>Threads: called as the callbacks of a component, so it may block only where they may.
 */
@FunctionalInterface
public interface Authorizer {
    /** Allows everything. */
    Authorizer EVERYTHING = (conn, action, uri) -> Decision.ALLOW;

    /** What can be asked for. There may be more when another version of WAMP knows more. */
    enum Action {
        /** Subscribing to a topic. */
        SUBSCRIBE,
        /** Publishing on a topic. */
        PUBLISH,
        /** Calling a procedure. */
        CALL
    }

    /**
     * Decides.
     *
     * @param conn who asks; {@code User.find(conn)} tells more if there is an {@code Authenticator} below
     * @param uri the topic or the procedure, with its CURIE expanded
     */
    Decision authorize(WampConnection conn, Action action, String uri) throws Exception;
}
