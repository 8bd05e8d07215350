package dev.sprocket.pubsub.access;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.CompletionStage;

/** Decision of an {@link Authorizer}. */
@ThreadSafe
public sealed interface AccessDecision {
    /** The request is allowed. */
    AccessDecision ALLOW = new Allow();

    /**
     * Denies the request.
     *
     * <p>A call is answered with {@code wamp.error.not_authorized} and the reason, under WAMP v2 other
     * acknowledged requests as well. WAMP v1 has no error for other messages, so they are ignored. HTTP requests are
     * answered with 403.
     */
    static AccessDecision deny(String reason) {
        return new Deny(reason);
    }

    /** Denies a call as if the procedure did not exist; other requests as {@link #deny}. */
    static AccessDecision hide(String reason) {
        return new Hide(reason);
    }

    /**
     * Denies a request because a rate is exceeded.
     *
     * <p>Answered with {@code wamp.error.unavailable}, over HTTP with 429. WAMP v1 ignores it.
     */
    static AccessDecision limit(String reason) {
        return new Limit(reason);
    }

    /** Denies the request and closes the connection with 1008 and the reason. */
    static AccessDecision close(String reason) {
        return new Close(reason);
    }

    /**
     * Decides later.
     *
     * <p>Requests of a connection take effect in the order of its messages, so later ones wait for this decision. If
     * the stage fails, the request is denied.
     *
     * @param decision completes with one of the other decisions, on any thread
     */
    static AccessDecision later(CompletionStage<AccessDecision> decision) {
        return new Later(decision);
    }

    /** The request is allowed. */
    record Allow() implements AccessDecision {}

    /**
     * The request is denied.
     *
     * @param reason text for the log and the client
     */
    record Deny(String reason) implements AccessDecision {}

    /**
     * The request is denied as if its procedure did not exist.
     *
     * @param reason text for the log
     */
    record Hide(String reason) implements AccessDecision {}

    /**
     * A rate is exceeded.
     *
     * @param reason text for the log and the client
     */
    record Limit(String reason) implements AccessDecision {}

    /**
     * The request is denied and the connection is closed.
     *
     * @param reason text for the log and the client
     */
    record Close(String reason) implements AccessDecision {}

    /**
     * The decision follows.
     *
     * @param decision completes with another decision
     */
    record Later(CompletionStage<AccessDecision> decision) implements AccessDecision {}
}
