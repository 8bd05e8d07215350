package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Authentication method that a realm offers.
 *
 * <p>{@link CredentialAuthenticator} creates the methods of the specification.
 *
 * @param names names of the method in {@code authmethods} of HELLO
 * @param appliesTo reports whether the method can be used for a join request; otherwise the client's next method is
 *     tried
 * @param authenticator authenticator of the method
 */
@ThreadSafe
public record AuthMethod(Set<String> names, Predicate<JoinRequest> appliesTo, WampAuthenticator authenticator) {
    /** Copies {@code names}. */
    public AuthMethod {
        names = Set.copyOf(names);
    }

    /** Creates a method for clients that send an authid. */
    static AuthMethod requiringAuthid(String name, WampAuthenticator authenticator) {
        return new AuthMethod(Set.of(name), request -> request.authid().isPresent(), authenticator);
    }
}
