package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.User;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
            User.find(request.connection()).map(SessionIdentity::ofHttp).orElseGet(SessionIdentity::anonymous));

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

    /**
     * HELLO of a client that wants to join a realm.
     *
     * @param connection connection of the transport, with the attributes of its HTTP request if there was one
     * @param sessionId id of the future session
     * @param realm name of the realm
     * @param authid name of the user that the client claims to be
     * @param authmethods authentication methods that the client offers, preferred ones first
     * @param authextra further data for these methods
     */
    @ThreadSafe
    record JoinRequest(
            Connection connection,
            long sessionId,
            String realm,
            Optional<String> authid,
            List<String> authmethods,
            Map<String, ?> authextra) {}
}
