package dev.sprocket.wamp.auth;

import dev.sprocket.http.User;
import java.time.Duration;

/**
 * Authenticates clients that want to join a realm by WAMP v2.
 *
 * <p>The result may be immediate, asynchronous, or depend on a challenge. {@link CredentialAuthenticator} implements
 * the usual methods.
 *
 * <p>Called like the callbacks of a component: it may block only if these may.
 */
@FunctionalInterface
public interface WampAuthenticator {
    /** Admits every client, as user of the HTTP handshake or as {@code anonymous}. */
    WampAuthenticator ADMIT_ALL = request -> AuthResult.admit(
            User.find(request.connection()).map(SessionIdentity::of).orElseGet(SessionIdentity::anonymous));

    /**
     * Returns the first result for a client that has sent HELLO.
     *
     * <p>If this throws, the client is not admitted.
     */
    AuthResult authenticate(JoinRequest request) throws Exception;

    /** Returns the timeout of the whole authentication, after which the client is not admitted. */
    default Duration timeout() {
        return Duration.ofSeconds(10);
    }
}
