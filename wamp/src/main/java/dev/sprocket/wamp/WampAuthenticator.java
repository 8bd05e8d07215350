package dev.sprocket.wamp;

import dev.sprocket.http.User;
import java.time.Duration;

/**
 * Finds out who wants to join a realm by WAMP v2: at once, or by questions. {@link CredentialAuthenticator} is one that is made of the
 * usual methods.
 *
 * <p>Threads: called as the callbacks of a component, so it may block only where they may.
 */
@FunctionalInterface
public interface WampAuthenticator {
    /** Lets everybody in: as the user of the HTTP handshake if there is one, or else as {@code anonymous}. */
    WampAuthenticator ADMIT_ALL = joining -> AuthResult.admit(
            User.find(joining.connection()).map(SessionIdentity::of).orElseGet(SessionIdentity::anonymous));

    /** The first step for somebody who has said hello; if this throws, nobody is let in. */
    AuthResult authenticate(JoinRequest joining) throws Exception;

    /** How long it may take, all questions and answers together; otherwise nobody is let in. */
    default Duration timeout() {
        return Duration.ofSeconds(10);
    }
}
