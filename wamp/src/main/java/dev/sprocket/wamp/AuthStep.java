package dev.sprocket.wamp;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * What comes next for somebody who wants to join a realm.
 *
 * <p>Threads: any.
 */
public sealed interface AuthStep {
    /** What becomes of the answer to a question. */
    @FunctionalInterface
    interface Answer {
        /**
         * The next step.
         *
         * @param signature what the client says
         * @param extra what else it says
         */
        AuthStep next(String signature, Map<String, ?> extra) throws Exception;
    }

    /** It is let in. */
    static AuthStep admit(Identity identity) {
        return new Admit(identity);
    }

    /** It is asked (CHALLENGE), and its answer (AUTHENTICATE) leads on. */
    static AuthStep ask(String method, Map<String, ?> extra, Answer answer) {
        return new Ask(method, extra, answer);
    }

    /** Somebody has to be asked elsewhere; nothing else happens meanwhile. If that fails, nobody is let in. */
    static AuthStep later(CompletionStage<? extends AuthStep> step) {
        return new Later(step);
    }

    /**
     * It is not let in.
     *
     * @param reason a URI, as {@code wamp.error.authentication_denied}
     * @param message for people; the client is told
     */
    static AuthStep deny(String reason, String message) {
        return new Deny(reason, message);
    }

    /** It is let in. */
    record Admit(Identity identity) implements AuthStep {}

    /** It is asked. */
    record Ask(String method, Map<String, ?> extra, Answer answer) implements AuthStep {}

    /** It is not known yet. */
    record Later(CompletionStage<? extends AuthStep> step) implements AuthStep {}

    /** It is not let in. */
    record Deny(String reason, String message) implements AuthStep {}
}
