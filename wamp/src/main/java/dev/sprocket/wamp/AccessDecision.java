package dev.sprocket.wamp;

import com.google.errorprone.annotations.Immutable;

/** What an {@link Authorizer} says. */
@Immutable
public sealed interface AccessDecision {
    /** It may be done. */
    AccessDecision ALLOW = new Allow();

    /**
     * It may not be done: a call is answered with {@code wamp.error.not_authorized} and the reason. WAMP v1 has no answer to
     * others, so nothing happens.
     */
    static AccessDecision deny(String reason) {
        return new Deny(reason);
    }

    /** As {@link #deny}, and the connection is closed with 1008 and the reason. */
    static AccessDecision close(String reason) {
        return new Close(reason);
    }

    /** It may be done. */
    record Allow() implements AccessDecision {}

    /**
     * It may not be done.
     *
     * @param reason for the log and the caller
     */
    record Deny(String reason) implements AccessDecision {}

    /**
     * It may not be done, and nothing else either.
     *
     * @param reason for the log and the client
     */
    record Close(String reason) implements AccessDecision {}
}
