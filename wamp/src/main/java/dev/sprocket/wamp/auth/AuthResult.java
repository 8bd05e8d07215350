package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Result of an authentication step: admit, challenge, deny, or decide later. */
@ThreadSafe
public sealed interface AuthResult {
    /** Receives the response of a client to a challenge. */
    @FunctionalInterface
    interface ResponseHandler {
        /**
         * Checks a response (AUTHENTICATE) and returns the next result.
         *
         * @param signature response of the client
         * @param extra further data of the client
         */
        AuthResult handle(String signature, Map<String, ?> extra) throws Exception;
    }

    /** Admits the client with an identity. */
    static AuthResult admit(SessionIdentity identity) {
        return new Admit(identity);
    }

    /** Sends a CHALLENGE; the handler receives the response (AUTHENTICATE). */
    static AuthResult challenge(String method, Map<String, ?> extra, ResponseHandler handler) {
        return new Challenge(method, extra, handler);
    }

    /**
     * Decides when an asynchronous step completes, for example a database lookup.
     *
     * <p>No other step runs meanwhile. If the stage fails, the client is not admitted.
     */
    static AuthResult later(CompletionStage<? extends AuthResult> result) {
        return new Later(result);
    }

    /**
     * Denies admission.
     *
     * @param reason error URI, such as {@code wamp.error.authentication_denied}
     * @param message text for people, sent to the client
     */
    static AuthResult deny(String reason, String message) {
        return new Deny(reason, message);
    }

    /** The client is admitted. */
    record Admit(SessionIdentity identity) implements AuthResult {}

    /** The client is asked to prove its identity. */
    record Challenge(String method, Map<String, ?> extra, ResponseHandler handler) implements AuthResult {}

    /** The decision is pending. */
    record Later(CompletionStage<? extends AuthResult> result) implements AuthResult {}

    /** The client is not admitted. */
    record Deny(String reason, String message) implements AuthResult {}
}
