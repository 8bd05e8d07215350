package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One way to prove who one is; those that the specification has are made by {@link CredentialAuthenticator}.
 *
 * @param names what clients call it in {@code authmethods}
 * @param fits whether it can be tried with what a client has said; otherwise its next method is
 * @param how what is done then
 */
@ThreadSafe
public record AuthMethod(Set<String> names, Predicate<JoinRequest> appliesTo, WampAuthenticator authenticator) {
    /** Keeps a copy. */
    public AuthMethod {
        names = Set.copyOf(names);
    }

    /** One that can be tried with clients who say an authid. */
    static AuthMethod requiringAuthid(String name, WampAuthenticator how) {
        return new AuthMethod(Set.of(name), joining -> joining.authid().isPresent(), how);
    }
}
