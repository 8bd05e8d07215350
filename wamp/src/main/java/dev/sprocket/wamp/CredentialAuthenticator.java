package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.spi.SafeText;
import dev.sprocket.http.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * How clients of WAMP v2 prove who they are, one way or another: the first method of the client's that the realm has, too.
 *
 * <pre>{@code
 * new Realm("com.example.shop", shop).authenticator(Authentication.of(
 *         Authentication.http(),
 *         Authentication.cra(List.of(Account.of("peter", "user", CraSecret.of(secret)))),
 *         Authentication.ticket((authid, ticket) -> users.find(authid, ticket)),
 *         Authentication.anonymous()))
 * }</pre>
 *
 * <p>Who is not let in hears {@code wamp.error.authentication_denied}, and not whether there is nobody of that name or the proof
 * was wrong; in both cases it was asked the same, and as much was computed. {@code wamp.error.no_matching_auth_method} and {@code
 * wamp.error.authentication_required} tell who offered nothing that the realm has, and who offered nothing.
 */
@ThreadSafe
public final class CredentialAuthenticator implements WampAuthenticator {
    private static final List<String> DEFAULT_METHODS = List.of("http", "anonymous");

    /** Finds out whether an authid and a ticket belong together. */
    @FunctionalInterface
    public interface TicketCheck {
        /** Checks; if this throws, or fails, nobody is let in. It should take as long for an authid that there is not. */
        CompletionStage<Optional<WampUser>> check(String authid, String ticket) throws Exception;
    }

    /** Finds out whose public key it is. */
    @FunctionalInterface
    public interface KeyCheck {
        /**
         * Checks; if this throws, or fails, nobody is let in. That the client has the private key is certain by now.
         *
         * @param authid as whom it wants to join, if it says so
         * @param publicKey 64 hexadecimal digits in lower case
         */
        CompletionStage<Optional<WampUser>> check(Optional<String> authid, String publicKey) throws Exception;
    }

    private final List<AuthMethod> methods;
    private final Duration timeout;

    private CredentialAuthenticator(List<AuthMethod> methods, Duration limit) {
        this.methods = methods;
        this.timeout = limit;
    }

    /** By any of these methods. */
    public static CredentialAuthenticator of(AuthMethod... methods) {
        return of(List.of(methods));
    }

    /** As above. */
    public static CredentialAuthenticator of(List<AuthMethod> methods) {
        return new CredentialAuthenticator(List.copyOf(methods), Duration.ofSeconds(10));
    }

    /** The same, but all questions and answers together may take so long; 10 seconds otherwise. */
    public CredentialAuthenticator timeout(Duration other) {
        if (other.isZero() || other.isNegative()) {
            throw new IllegalArgumentException("limit: " + other + " (expected: above zero)");
        }
        return new CredentialAuthenticator(methods, other);
    }

    /** Lets everybody in who asks for it, or for nothing, in the role {@code anonymous}. */
    public static AuthMethod anonymous() {
        return anonymous(SessionIdentity.ANONYMOUS);
    }

    /** As above, in another role. */
    public static AuthMethod anonymous(String role) {
        return new AuthMethod(
                Set.of("anonymous"), joining -> true, joining -> AuthResult.admit(SessionIdentity.anonymous(role)));
    }

    /**
     * Lets users in whom the HTTP handshake has found out: by cookie, session, token or whatever. Clients call it {@code http} or
     * {@code cookie}, or say nothing.
     */
    public static AuthMethod http() {
        return new AuthMethod(
                Set.of("http", "cookie"),
                joining -> User.find(joining.connection()).isPresent(),
                joining -> AuthResult.admit(SessionIdentity.of(User.of(joining.connection()))));
    }

    /** By something that only the client and the server know, or somebody whom the server asks; it travels as it is. */
    public static AuthMethod ticket(TicketCheck check) {
        return AuthMethod.requiringAuthid("ticket", new TicketMethod(check));
    }

    /** As above, with these tickets. */
    public static AuthMethod ticket(List<UserCredential<SharedSecret>> accounts) {
        return ticket(TicketMethod.fixed(new FixedCredentials<>(accounts)));
    }

    /** By a secret that does not travel (WAMP-CRA). Without accounts that are salted: those who are not there are not, either. */
    public static AuthMethod cra(UserCredential.Lookup<CraSecret> lookup) {
        return cra(lookup, UserCredential.of("nobody", "user", CraSecret.of(SessionId.next())));
    }

    /**
     * As above.
     *
     * @param decoy what accounts look like that are not there: with which role, salted or not; it should stay the same when the
     *     server starts again
     */
    public static AuthMethod cra(UserCredential.Lookup<CraSecret> lookup, UserCredential<CraSecret> decoy) {
        return AuthMethod.requiringAuthid("wampcra", new CraMethod(lookup, authid -> decoy));
    }

    /** As above, with these secrets. */
    public static AuthMethod cra(List<UserCredential<CraSecret>> accounts) {
        FixedCredentials<CraSecret> known = new FixedCredentials<>(accounts);
        return AuthMethod.requiringAuthid(
                "wampcra", new CraMethod(known, authid -> CraMethod.decoyFor(accounts, authid)));
    }

    /** By a signature with a private key, Ed25519 (cryptosign). The channel is not bound: Java tells nothing of it. */
    public static AuthMethod cryptosign(KeyCheck check) {
        return new AuthMethod(Set.of("cryptosign"), CryptosignMethod::appliesTo, new CryptosignMethod(check));
    }

    /** As above, with these public keys, in hexadecimal; there may be several for one authid. */
    public static AuthMethod cryptosign(List<UserCredential<String>> accounts) {
        return cryptosign(CryptosignMethod.fixed(accounts));
    }

    @Override
    public AuthResult authenticate(JoinRequest joining) throws Exception {
        boolean silent = joining.authmethods().isEmpty();
        for (String name : silent ? DEFAULT_METHODS : joining.authmethods()) {
            for (AuthMethod method : methods) {
                if (method.names().contains(name) && method.appliesTo().test(joining)) {
                    return method.authenticator().authenticate(joining);
                }
            }
        }
        return silent
                ? AuthResult.deny("wamp.error.authentication_required", "no authmethods (expected: " + expected() + ")")
                : AuthResult.deny(
                        "wamp.error.no_matching_auth_method",
                        "authmethods " + SafeText.excerpt(String.join(", ", joining.authmethods())) + " (expected: "
                                + expected() + ")");
    }

    private String expected() {
        List<String> names = new ArrayList<>();
        methods.forEach(method -> method.names().stream().sorted().forEach(names::add));
        return names.isEmpty() ? "nobody" : String.join(" or ", names);
    }

    /** Says the same whether there is nobody of that name or the proof was wrong. */
    static AuthResult result(String method, Optional<WampUser> found) {
        return found.map(principal -> AuthResult.admit(principal.identity(method)))
                .orElseGet(() -> AuthResult.deny("wamp.error.authentication_denied", method + " that is not good"));
    }

    @Override
    public Duration timeout() {
        return timeout;
    }
}
