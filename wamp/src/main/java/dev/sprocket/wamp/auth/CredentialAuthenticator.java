package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.wamp.internal.id.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates clients of WAMP v2 by credentials, with one of several methods.
 *
 * <p>Uses the first method in the client's list that the realm also offers.
 *
 * <pre>{@code
 * new Realm("com.example.shop", shop).authenticator(CredentialAuthenticator.of(
 *         CredentialAuthenticator.http(),
 *         CredentialAuthenticator.cra(List.of(UserCredential.of("peter", "user", CraSecret.of(secret)))),
 *         CredentialAuthenticator.ticket((authid, ticket) -> users.find(authid, ticket)),
 *         CredentialAuthenticator.anonymous()));
 * }</pre>
 *
 * <p>A client that is not admitted receives {@code wamp.error.authentication_denied}, for an unknown user as well as
 * for a wrong credential; challenge and computation are the same in both cases (no user enumeration). A client that
 * offers no method of the realm receives {@code wamp.error.no_matching_auth_method}, and a client that offers none
 * {@code wamp.error.authentication_required}.
 */
@ThreadSafe
public final class CredentialAuthenticator implements WampAuthenticator {
    private static final List<String> DEFAULT_METHODS = List.of("http", "anonymous");

    /** Checks the ticket of a user. */
    @FunctionalInterface
    public interface TicketCheck {
        /**
         * Returns the user if the ticket is valid; empty otherwise.
         *
         * <p>It is called again for a ticket with which the client renews its authentication, by the procedure {@code
         * sprocket.auth.renew}. For a user that expires, return {@link SessionIdentity#of(User)}.
         *
         * <p>Should take the same time for unknown users (no user enumeration). If the check throws or fails, the
         * client is not admitted.
         */
        CompletionStage<Optional<SessionIdentity>> check(String authid, String ticket) throws Exception;
    }

    /** Finds the user of a public key. */
    @FunctionalInterface
    public interface KeyCheck {
        /**
         * Returns the user of a public key; empty if there is none.
         *
         * <p>The client has already proved that it owns the private key. If the check throws or fails, the client is
         * not admitted.
         *
         * @param authid name of the user that the client claims to be; null if it claims none
         * @param publicKey 64 hexadecimal digits in lower case
         */
        CompletionStage<Optional<SessionIdentity>> check(@Nullable String authid, String publicKey) throws Exception;
    }

    private final List<Method> methods;
    private final Duration timeout;

    private CredentialAuthenticator(List<Method> methods, Duration limit) {
        this.methods = methods;
        this.timeout = limit;
    }

    /** Creates an authenticator that accepts any of these methods. */
    public static CredentialAuthenticator of(Method... methods) {
        return of(List.of(methods));
    }

    /** Creates an authenticator that accepts any method of a list. */
    public static CredentialAuthenticator of(List<Method> methods) {
        return new CredentialAuthenticator(List.copyOf(methods), Duration.ofSeconds(10));
    }

    /** Returns a copy with another timeout for the whole authentication; 10 seconds by default. */
    public CredentialAuthenticator timeout(Duration other) {
        if (other.isZero() || other.isNegative()) {
            throw new IllegalArgumentException("timeout: " + other + " (expected: above zero)");
        }
        return new CredentialAuthenticator(methods, other);
    }

    /**
     * Admits every client as anonymous user, in the role {@code anonymous}.
     *
     * <p>Clients name the method {@code anonymous}, or offer no method.
     */
    public static Method anonymous() {
        return anonymous(SessionIdentity.ANONYMOUS);
    }

    /** Admits every client as anonymous user, in a given role. */
    public static Method anonymous(String role) {
        return new Method(
                Set.of("anonymous"), request -> true, request -> AuthResult.admit(SessionIdentity.anonymous(role)));
    }

    /**
     * Admits users that the HTTP handshake authenticated by cookie, session or token.
     *
     * <p>Clients name the method {@code http} or {@code cookie}, or offer no method.
     */
    public static Method http() {
        return new Method(
                Set.of("http", "cookie"),
                request -> User.find(request.connection()).isPresent(),
                request -> AuthResult.admit(SessionIdentity.ofHttp(User.of(request.connection()))));
    }

    /**
     * Authenticates users by a ticket, which the client sends as it is.
     *
     * <p>The check may ask another system.
     */
    public static Method ticket(TicketCheck check) {
        return Method.requiringAuthid("ticket", new TicketMethod(check));
    }

    /** Authenticates users by fixed tickets. */
    public static Method ticket(List<UserCredential<SharedSecret>> credentials) {
        return ticket(TicketMethod.fixed(new FixedCredentials<>(credentials)));
    }

    /**
     * Authenticates users by a secret that is not transmitted (WAMP-CRA).
     *
     * <p>Use it for credentials without salt, since the challenges of unknown users have none.
     */
    public static Method cra(UserCredential.Lookup<CraSecret> lookup) {
        return cra(lookup, UserCredential.of("nobody", "user", CraSecret.of(SessionId.next())));
    }

    /**
     * Authenticates users by WAMP-CRA, with a decoy for unknown users.
     *
     * @param decoy credential whose role and salt parameters the challenges of unknown users imitate; it should stay
     *     the same across restarts
     */
    public static Method cra(UserCredential.Lookup<CraSecret> lookup, UserCredential<CraSecret> decoy) {
        return Method.requiringAuthid("wampcra", new CraMethod(lookup, authid -> decoy));
    }

    /** Authenticates users by WAMP-CRA with fixed secrets. */
    public static Method cra(List<UserCredential<CraSecret>> credentials) {
        FixedCredentials<CraSecret> lookup = new FixedCredentials<>(credentials);
        return Method.requiringAuthid(
                "wampcra", new CraMethod(lookup, authid -> CraMethod.decoyFor(credentials, authid)));
    }

    /**
     * Authenticates users by an Ed25519 signature (WAMP-cryptosign).
     *
     * <p>There is no channel binding, since Java does not expose the data of the TLS channel.
     */
    public static Method cryptosign(KeyCheck check) {
        return new Method(Set.of("cryptosign"), CryptosignMethod::appliesTo, new CryptosignMethod(check));
    }

    /**
     * Authenticates users by WAMP-cryptosign with fixed public keys, in hexadecimal.
     *
     * <p>A user may have several keys.
     */
    public static Method cryptosign(List<UserCredential<String>> credentials) {
        return cryptosign(CryptosignMethod.fixed(credentials));
    }

    @Override
    public AuthResult authenticate(WampAuthenticator.JoinRequest request) throws Exception {
        boolean silent = request.authmethods().isEmpty();
        for (String name : silent ? DEFAULT_METHODS : request.authmethods()) {
            for (Method method : methods) {
                if (method.names().contains(name) && method.appliesTo().test(request)) {
                    return method.authenticator().authenticate(request);
                }
            }
        }
        return silent
                ? AuthResult.deny("wamp.error.authentication_required", "no authmethods (expected: " + expected() + ")")
                : AuthResult.deny(
                        "wamp.error.no_matching_auth_method",
                        "authmethods " + SafeText.excerpt(String.join(", ", request.authmethods())) + " (expected: "
                                + expected() + ")");
    }

    private String expected() {
        List<String> names = new ArrayList<>();
        methods.forEach(method -> method.names().stream().sorted().forEach(names::add));
        return names.isEmpty() ? "none" : String.join(" or ", names);
    }

    /** Returns the same denial for an unknown user and for a wrong credential. */
    static AuthResult result(String method, Optional<SessionIdentity> found) {
        return found.map(user -> AuthResult.admit(user.authmethod(method)))
                .orElseGet(
                        () -> AuthResult.deny("wamp.error.authentication_denied", "invalid " + method + " credential"));
    }

    @Override
    public Duration timeout() {
        return timeout;
    }

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
    public record Method(
            Set<String> names, Predicate<WampAuthenticator.JoinRequest> appliesTo, WampAuthenticator authenticator) {
        /** Copies {@code names}. */
        public Method {
            names = Set.copyOf(names);
        }

        /** Creates a method for clients that send an authid. */
        static Method requiringAuthid(String name, WampAuthenticator authenticator) {
            return new Method(Set.of(name), request -> request.authid().isPresent(), authenticator);
        }
    }
}
