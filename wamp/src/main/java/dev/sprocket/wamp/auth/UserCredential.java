package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * User together with the credential that proves the user's identity.
 *
 * @param user the user
 * @param credential secret or public key to compare with: {@code SharedSecret}, {@link CraSecret}, or a public key
 *     in hexadecimal
 */
@ThreadSafe
public record UserCredential<P>(SessionIdentity user, P credential) {
    /** Creates a credential of a user of the provider {@code static}. */
    public static <P> UserCredential<P> of(String authid, String authrole, P credential) {
        return new UserCredential<>(SessionIdentity.of(authid, authrole), credential);
    }

    /** Finds the credential of a user. */
    @FunctionalInterface
    public interface Lookup<P> {
        /**
         * Returns the credential of a user; empty for an unknown user.
         *
         * <p>If the lookup throws or fails, the client is not admitted.
         */
        CompletionStage<Optional<UserCredential<P>>> find(String authid) throws Exception;
    }

    /** Returns the user without the credential, which may be secret. */
    @Override
    public String toString() {
        return user.toString();
    }
}
