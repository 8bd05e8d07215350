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
    interface Answer {
        /**
         * The next step.
         *
         * @param signature what the client says
         * @param extra what else it says
         */
        AuthResult next(String signature, Map<String, ?> extra) throws Exception;
    }

    /** It is let in. */
    static AuthResult admit(SessionIdentity identity) {
        return new Admit(identity);
    }

    /** It is asked (CHALLENGE), and its answer (AUTHENTICATE) leads on. */
    static AuthResult ask(String method, Map<String, ?> extra, Answer answer) {
        return new Ask(method, extra, answer);
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
    record Ask(String method, Map<String, ?> extra, Answer answer) implements AuthResult {}

    /** It is not known yet. */
    record Later(CompletionStage<? extends AuthResult> step) implements AuthResult {}

    /** It is not let in. */
    record Deny(String reason, String message) implements AuthResult {}
}
