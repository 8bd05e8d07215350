package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * What comes next for somebody who wants to join a realm.
 */
@ThreadSafe
public sealed interface AuthResult {
    /** What becomes of the answer to a question. */
    @FunctionalInterface
    interface ResponseHandler {
        /**
         * The next step.
         *
         * @param signature what the client says
         * @param extra what else it says
         */
        AuthResult handle(String signature, Map<String, ?> extra) throws Exception;
    }

    /** It is let in. */
    static AuthResult admit(SessionIdentity identity) {
        return new Admit(identity);
    }

    /** It is asked (CHALLENGE), and its answer (AUTHENTICATE) leads on. */
    static AuthResult challenge(String method, Map<String, ?> extra, ResponseHandler answer) {
        return new Challenge(method, extra, answer);
    }

    /** Somebody has to be asked elsewhere; nothing else happens meanwhile. If that fails, nobody is let in. */
    static AuthResult later(CompletionStage<? extends AuthResult> step) {
        return new Later(step);
    }

    /**
     * It is not let in.
     *
     * @param reason a URI, as {@code wamp.error.authentication_denied}
     * @param message for people; the client is told
     */
    static AuthResult deny(String reason, String message) {
        return new Deny(reason, message);
    }

    /** It is let in. */
    record Admit(SessionIdentity identity) implements AuthResult {}

    /** It is asked. */
    record Challenge(String method, Map<String, ?> extra, ResponseHandler handler) implements AuthResult {}

    /** It is not known yet. */
    record Later(CompletionStage<? extends AuthResult> result) implements AuthResult {}

    /** It is not let in. */
    record Deny(String reason, String message) implements AuthResult {}
}
