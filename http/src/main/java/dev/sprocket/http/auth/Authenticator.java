package dev.sprocket.http.auth;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.metrics.CoreMetrics.AuthMethod;
import dev.sprocket.core.internal.metrics.CoreMetrics.AuthOutcome;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.AsyncFilter;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.RequestHeadListener;
import dev.sprocket.http.internal.auth.AuthenticatedComponent;
import dev.sprocket.http.internal.syntax.PercentDecoder;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Admits requests of authenticated users, before any upgrade; {@link User#of} returns the user.
 *
 * <p>Other requests are answered with 401, or with 403 if there is no credential that a browser could ask for.
 *
 * <p>A check may complete later and on another thread. The request waits up to ten seconds, and pipelined requests wait
 * with it. The body of a request is read once the user is authenticated. Credentials never appear in a log.
 *
 * <p>If the user {@linkplain User#expires() expires}, the connection is closed at that time, unless a {@link
 * RenewalEndpoint} or the WAMP procedure {@code sprocket.auth.renew} has renewed it. An expired user is not admitted.
 *
 * <p>Callbacks run on the threads of the surrounding stack. Checks are called on the event loop, and must not block it.
 */
@ConcurrentComponent
public final class Authenticator extends ForwardingComponent<HttpConnection, Message> implements RequestHeadListener {
    /** Authenticates a request; an empty result rejects it. */
    @FunctionalInterface
    public interface Check {
        /** Returns the user, or an empty value. An exception, thrown or in the stage, is answered with 500. */
        CompletionStage<Optional<User>> check(HttpRequest request) throws Exception;
    }

    /** Authenticates a user name and password (RFC 7617). */
    @FunctionalInterface
    public interface PasswordCheck {
        /** Returns the user, or an empty value. An exception, thrown or in the stage, is answered with 500. */
        CompletionStage<Optional<User>> check(String name, String password) throws Exception;
    }

    /** Authenticates a bearer token (RFC 6750). */
    @FunctionalInterface
    public interface TokenCheck {
        /** Returns the user, or an empty value. An exception, thrown or in the stage, is answered with 500. */
        CompletionStage<Optional<User>> check(String token) throws Exception;
    }

    /** User, with the roles of an authenticated request, and the password that proves the identity. */
    public record Credential(User user, SharedSecret password) {}

    private Authenticator(
            AsyncFilter.Check admission,
            Duration limit,
            MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(new AsyncFilter(admission, new AuthenticatedComponent(inner)).timeout(limit));
    }

    /**
     * Returns the admission by a check of requests.
     *
     * @param tokens check of a token alone, for renewals without a request; null if there can be none
     */
    private static AsyncFilter.Check admission(
            AuthMethod method, Check check, @Nullable TokenCheck tokens, @Nullable String challenge) {
        CredentialVerifier verifier = new CredentialVerifier(check, tokens);
        return conn -> {
            CompletionStage<Optional<User>> checking;
            try {
                checking = check.check(HttpRequest.of(conn));
            } catch (RejectedException malformed) {
                CoreMetrics.AUTHENTICATIONS.increment(method, AuthOutcome.REJECTED);
                throw malformed;
            } catch (Exception failure) {
                CoreMetrics.AUTHENTICATIONS.increment(method, AuthOutcome.FAILED);
                throw failure;
            }
            return checking.whenComplete((user, failure) -> {
                        if (failure != null) {
                            CoreMetrics.AUTHENTICATIONS.increment(method, AuthOutcome.FAILED);
                        }
                    })
                    .thenApply(user -> admit(conn, method, user, challenge, verifier));
        };
    }

    /**
     * Authenticates by any property of a request: a cookie, a parameter, a certificate.
     *
     * <p>Unauthenticated requests are answered with 403. The check fails with 503 after the given limit.
     */
    public static Authenticator custom(
            Check check, Duration limit, MessageComponent<? super HttpConnection, ? super Message> inner) {
        return new Authenticator(admission(AuthMethod.OTHER, check, null, null), limit, inner);
    }

    /**
     * Authenticates by the client certificate of the TLS connection.
     *
     * <p>The user expires with the certificate, unless its end is set. Requests without a certificate, or with one of
     * no user, are answered with 403. The endpoint must ask for certificates: {@code Tls.Builder.clientCertificates},
     * which also verifies them. Behind a proxy that terminates TLS, the certificates are those of the proxy.
     *
     * @param users returns the user of a verified certificate; empty for an unknown user
     */
    public static Authenticator certificate(
            Function<X509Certificate, Optional<User>> users,
            MessageComponent<? super HttpConnection, ? super Message> inner) {
        return new Authenticator(
                conn -> CompletableFuture.completedStage(admit(
                        conn,
                        AuthMethod.CERTIFICATE,
                        Tls.peerCertificate(conn).flatMap(certificate -> users.apply(certificate)
                                .map(user -> user.expires().isPresent()
                                        ? user
                                        : user.expires(certificate.getNotAfter().toInstant()))),
                        null,
                        null)),
                AsyncFilter.DEFAULT_TIMEOUT,
                inner);
    }

    /**
     * Authenticates by name and password (RFC 7617).
     *
     * <p>Browsers ask the user for them, showing the realm.
     */
    public static Authenticator basic(
            String realm, PasswordCheck check, MessageComponent<? super HttpConnection, ? super Message> inner) {
        return new Authenticator(
                admission(
                        AuthMethod.BASIC,
                        request -> basic(request, check),
                        null,
                        "Basic realm=\"" + quoted(realm) + "\", charset=\"UTF-8\""),
                AsyncFilter.DEFAULT_TIMEOUT,
                inner);
    }

    /** Authenticates by name and password (RFC 7617), with a fixed map of names to passwords. */
    public static Authenticator basic(
            String realm,
            Map<String, String> passwords,
            MessageComponent<? super HttpConnection, ? super Message> inner) {
        List<Credential> credentials = new ArrayList<>();
        passwords.forEach(
                (name, password) -> credentials.add(new Credential(User.named(name), SharedSecret.of(password))));
        return basic(realm, credentials, inner);
    }

    /**
     * Authenticates by name and password (RFC 7617), with a fixed list of users.
     *
     * <p>A user may have several passwords, one in each of several credentials. A check takes the same time for unknown
     * users.
     *
     * @throws IllegalArgumentException if a user name contains a colon
     */
    public static Authenticator basic(
            String realm,
            List<Credential> credentials,
            MessageComponent<? super HttpConnection, ? super Message> inner) {
        Map<String, List<Credential>> byName = new HashMap<>();
        for (Credential credential : credentials) {
            String name = credential.user().id();
            if (name.indexOf(':') >= 0) {
                throw new IllegalArgumentException("user: " + name + " contains a colon (RFC 7617 2)");
            }
            byName.computeIfAbsent(name, first -> new ArrayList<>()).add(credential);
        }
        List<Credential> unknown = List.of(new Credential(User.named(""), SharedSecret.of("unknown user")));
        return basic(
                realm,
                (name, password) -> {
                    Optional<User> found = Optional.empty();
                    for (Credential credential : byName.getOrDefault(name, unknown)) {
                        boolean matches = credential.password().matches(password);
                        found = matches ? Optional.of(credential.user()) : found;
                    }
                    return CompletableFuture.completedStage(byName.containsKey(name) ? found : Optional.empty());
                },
                inner);
    }

    /** Authenticates by bearer token (RFC 6750), for API clients. */
    public static Authenticator bearer(
            String realm, TokenCheck check, MessageComponent<? super HttpConnection, ? super Message> inner) {
        return new Authenticator(
                admission(
                        AuthMethod.BEARER,
                        request -> bearer(request, check),
                        check,
                        "Bearer realm=\"" + quoted(realm) + "\""),
                AsyncFilter.DEFAULT_TIMEOUT,
                inner);
    }

    /** Authenticates by bearer token (RFC 6750), with a fixed map of tokens to users. */
    public static Authenticator bearer(
            String realm, Map<String, User> tokens, MessageComponent<? super HttpConnection, ? super Message> inner) {
        List<Map.Entry<SharedSecret, User>> secrets = new ArrayList<>();
        tokens.forEach((token, user) -> secrets.add(Map.entry(SharedSecret.of(token), user)));
        return bearer(
                realm,
                token -> {
                    Optional<User> found = Optional.empty();
                    // compares all tokens, so the time does not depend on the match
                    for (Map.Entry<SharedSecret, User> entry : secrets) {
                        found = entry.getKey().matches(token) ? Optional.of(entry.getValue()) : found;
                    }
                    return CompletableFuture.completedStage(found);
                },
                inner);
    }

    private static Optional<HttpResponse> admit(
            HttpConnection conn,
            AuthMethod method,
            Optional<User> found,
            @Nullable String challenge,
            @Nullable CredentialVerifier verifier) {
        Optional<User> user = CredentialVerifier.valid(found);
        if (user.isPresent()) {
            CoreMetrics.AUTHENTICATIONS.increment(method, AuthOutcome.ACCEPTED);
            Authentication authentication = Authentication.begin(conn, user.get());
            if (verifier != null) {
                authentication.verifier(verifier);
            }
            return Optional.empty();
        }
        if (challenge == null) {
            CoreMetrics.AUTHENTICATIONS.increment(method, AuthOutcome.REJECTED);
            return Optional.of(HttpResponse.error(403, "unknown user"));
        }
        String scheme = challenge.substring(0, challenge.indexOf(' '));
        boolean tried = HttpRequest.of(conn).header("Authorization").isPresent();
        if (tried) {
            CoreMetrics.AUTHENTICATIONS.increment(method, AuthOutcome.REJECTED);
        }
        return Optional.of(HttpResponse.error(
                        401,
                        (tried ? "invalid Authorization header" : "no Authorization header") + " (expected: " + scheme
                                + ")")
                .header("WWW-Authenticate", challenge));
    }

    private static CompletionStage<Optional<User>> basic(HttpRequest request, PasswordCheck check) throws Exception {
        String pair =
                credentials(request, "Basic").map(Authenticator::decodeBasic).orElse("");
        int colon = pair.indexOf(':');
        return colon < 0
                ? CompletableFuture.completedStage(Optional.empty())
                : check.check(pair.substring(0, colon), pair.substring(colon + 1));
    }

    /**
     * Decodes Basic credentials; returns an empty string for invalid Base64.
     *
     * <p>Throws {@link RejectedException}, which is answered with 400, for invalid UTF-8 and for control characters
     * (RFC 7617 2).
     */
    private static String decodeBasic(String base64) {
        byte[] octets;
        try {
            octets = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return "";
        }
        String pair;
        try {
            pair = PercentDecoder.decodeUtf8(ByteBuffer.wrap(octets));
        } catch (IllegalArgumentException e) {
            throw RejectedException.malformed("Basic credentials: " + e.getMessage());
        }
        if (pair.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
            throw RejectedException.malformed("Basic credentials with a control character (RFC 7617 2)");
        }
        return pair;
    }

    private static CompletionStage<Optional<User>> bearer(HttpRequest request, TokenCheck check) throws Exception {
        Optional<String> token = credentials(request, "Bearer");
        return token.isPresent() ? check.check(token.get()) : CompletableFuture.completedStage(Optional.empty());
    }

    /** Returns the credentials after the scheme name (case-insensitive, RFC 9110 11.4); empty for several headers. */
    private static Optional<String> credentials(HttpRequest request, String scheme) {
        List<String> headers = request.headers("Authorization");
        if (headers.size() != 1 || !headers.get(0).regionMatches(true, 0, scheme + " ", 0, scheme.length() + 1)) {
            return Optional.empty();
        }
        return Optional.of(headers.get(0).substring(scheme.length() + 1).trim()).filter(text -> !text.isEmpty());
    }

    private static String quoted(String realm) {
        if (realm.chars().anyMatch(c -> c < ' ' || c >= 0x7F)) {
            throw new IllegalArgumentException("realm: " + SafeText.excerpt(realm) + " (expected: visible ASCII)");
        }
        return realm.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
