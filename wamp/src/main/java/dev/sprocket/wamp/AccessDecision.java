package dev.sprocket.wamp;

import com.google.errorprone.annotations.Immutable;

/** Decision of an {@link Authorizer}. */
@Immutable
public sealed interface AccessDecision {
    /** The request is allowed. */
    AccessDecision ALLOW = new Allow();

    /**
     * Denies the request.
     *
     * <p>A call is answered with {@code wamp.error.not_authorized} and the reason, under WAMP v2 other
     * acknowledged requests as well. WAMP v1 has no error for other messages, so they are ignored.
     */
    static AccessDecision deny(String reason) {
        return new Deny(reason);
    }

    /** Denies the request and closes the connection with 1008 and the reason. */
    static AccessDecision close(String reason) {
        return new Close(reason);
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
     * The request is denied and the connection is closed.
     *
     * @param reason text for the log and the client
     */
    record Close(String reason) implements AccessDecision {}
}
