package dev.sprocket.pubsub.access;

import dev.sprocket.pubsub.pattern.MatchPolicy;

/**
 * Decides about the permissions of peers.
 *
 * <p>Set with {@link AccessControl#authorizer}, and asked for each request of a peer, before the application.
 * What the application itself subscribes, publishes or calls is not authorized. {@link AccessPolicy} implements it with
 * rules.
 *
 * <pre>{@code
 * AccessControl.of(topics).authorizer(request -> request.hasRole("staff")
 *         ? AccessDecision.ALLOW
 *         : AccessDecision.deny("for staff only"));
 * }</pre>
 *
 * <p>Each denial is counted and logged with the user and the reason. If this throws, the request is not allowed and
 * the connection ends as after any failure.
 *
 * <p>It also decides, without a log line, which topics and procedures the meta API shows to a client.
 *
 * <p>Called like the callbacks of a component: it must not block on an event loop. A decision that takes time is
 * returned with {@link AccessDecision#later}.
 */
@FunctionalInterface
public interface Authorizer {
    /** Allows everything. */
    Authorizer ALLOW_ALL = new Authorizer() {
        @Override
        public AccessDecision authorize(AccessRequest request) {
            return AccessDecision.ALLOW;
        }

        @Override
        public AccessDecision authorizePattern(AccessRequest request) {
            return AccessDecision.ALLOW;
        }
    };

    /** Decides about a topic or procedure. */
    AccessDecision authorize(AccessRequest request) throws Exception;

    /**
     * Decides about a pattern for a subscription or registration (WAMP v2).
     *
     * <p>By default all patterns are denied: a pattern could match names that are denied individually.
     *
     * @param request request whose match policy is {@link MatchPolicy#PREFIX} or {@link MatchPolicy#WILDCARD}
     */
    default AccessDecision authorizePattern(AccessRequest request) throws Exception {
        return AccessDecision.deny("no patterns");
    }
}
