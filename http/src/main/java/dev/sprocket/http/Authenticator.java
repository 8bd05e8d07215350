package dev.sprocket.http;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.spi.RejectedException;
import dev.sprocket.core.spi.SafeText;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in whose user is known, before anything is upgraded; components above it ask {@link User#of}. Others are
 * answered with 401, or with 403 if there is nothing that a browser could ask its user for.
 *
 * <p>Who it is may be found out later and from another thread: the request waits, up to ten seconds, and with it what is
 * behind it. The body of a request is taken when its user is known. What a client sends to prove itself never appears in a log.
 *
 * <p>Threads: as the stack around it; checks are called on the event loop, and must not block it.
 */
@ConcurrentComponent
public final class Authenticator extends ForwardingComponent<HttpConnection, Message> implements RequestHeadListener {
    /** Finds out who sent a request; empty if it is nobody who is known. */
    @FunctionalInterface
    public interface Check {
        /** Checks; what it throws, or fails with, is answered with 500. */
        CompletionStage<Optional<User>> check(HttpRequest request) throws Exception;
    }

    /** Finds out whether a name and a password (RFC 7617) belong together. */
    @FunctionalInterface
    public interface PasswordCheck {
        /** Checks; what it throws, or fails with, is answered with 500. */
        CompletionStage<Optional<User>> check(String name, String password) throws Exception;
    }

    /** Finds out whose token (RFC 6750) it is. */
    @FunctionalInterface
    public interface TokenCheck {
        /** Checks; what it throws, or fails with, is answered with 500. */
        CompletionStage<Optional<User>> check(String token) throws Exception;
    }

    private Authenticator(
            Check check,
            @Nullable String challenge,
            Duration limit,
            MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(new AsyncFilter(
                conn -> check.check(HttpRequest.of(conn)).thenApply(user -> admit(conn, user, challenge)),
                limit,
                inner));
    }

    /** By whatever a request has: a cookie, a parameter, a certificate. Who is not known is answered with 403. */
    public static Authenticator custom(
            Check check, Duration limit, MessageComponent<? super HttpConnection, ? super Message> inner) {
        return new Authenticator(check, null, limit, inner);
    }

    /** By name and password (RFC 7617), which the browser asks for in the name of the realm. */
    public static Authenticator basic(
            String realm, PasswordCheck check, MessageComponent<? super HttpConnection, ? super Message> inner) {
        return new Authenticator(
                request -> basic(request, check),
                "Basic realm=\"" + quoted(realm) + "\", charset=\"UTF-8\"",
                AsyncFilter.DEFAULT_TIMEOUT,
                inner);
    }

    /** As above, with these passwords by name. */
    public static Authenticator basic(
            String realm,
            Map<String, String> passwords,
            MessageComponent<? super HttpConnection, ? super Message> inner) {
        Map<String, SharedSecret> secrets = new LinkedHashMap<>();
        passwords.forEach((name, password) -> secrets.put(name, SharedSecret.of(password)));
        SharedSecret nobodys = SharedSecret.of("nobody's");
        return basic(
                realm,
                (name, password) -> {
                    SharedSecret secret = secrets.get(name);
                    // as much work for a name that is not there
                    boolean good = (secret == null ? nobodys : secret).matches(password) && secret != null;
                    return CompletableFuture.completedStage(good ? Optional.of(User.named(name)) : Optional.empty());
                },
                inner);
    }

    /** By token (RFC 6750), as programs send it. */
    public static Authenticator bearer(
            String realm, TokenCheck check, MessageComponent<? super HttpConnection, ? super Message> inner) {
        return new Authenticator(
                request -> bearer(request, check),
                "Bearer realm=\"" + quoted(realm) + "\"",
                AsyncFilter.DEFAULT_TIMEOUT,
                inner);
    }

    /** As above, with these users by token. */
    public static Authenticator bearer(
            String realm, Map<String, User> tokens, MessageComponent<? super HttpConnection, ? super Message> inner) {
        List<Map.Entry<SharedSecret, User>> secrets = new ArrayList<>();
        tokens.forEach((token, user) -> secrets.add(Map.entry(SharedSecret.of(token), user)));
        return bearer(
                realm,
                token -> {
                    Optional<User> found = Optional.empty();
                    // all of them, whichever it is
                    for (Map.Entry<SharedSecret, User> entry : secrets) {
                        found = entry.getKey().matches(token) ? Optional.of(entry.getValue()) : found;
                    }
                    return CompletableFuture.completedStage(found);
                },
                inner);
    }

    private static Optional<HttpResponse> admit(HttpConnection conn, Optional<User> user, @Nullable String challenge) {
        if (user.isPresent()) {
            User.KEY.set(conn, user.get());
            return Optional.empty();
        }
        if (challenge == null) {
            return Optional.of(HttpResponse.error(403, "nobody who is known (expected: a user)"));
        }
        String scheme = challenge.substring(0, challenge.indexOf(' '));
        boolean tried = HttpRequest.of(conn).header("Authorization").isPresent();
        return Optional.of(HttpResponse.error(
                        401,
                        (tried ? "Authorization that is not good" : "no Authorization") + " (expected: " + scheme + ")")
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

    /** Empty if it is no base64. Throws {@link RejectedException}, which answers 400, for what is no UTF-8 or no text (RFC 7617 2). */
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
            throw new RejectedException(RejectedException.Kind.MALFORMED, "Basic credentials: " + e.getMessage());
        }
        if (pair.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
            throw new RejectedException(
                    RejectedException.Kind.MALFORMED, "Basic credentials with a control character (RFC 7617 2)");
        }
        return pair;
    }

    private static CompletionStage<Optional<User>> bearer(HttpRequest request, TokenCheck check) throws Exception {
        Optional<String> token = credentials(request, "Bearer");
        return token.isPresent() ? check.check(token.get()) : CompletableFuture.completedStage(Optional.empty());
    }

    /** What follows the name of the scheme, in any case (RFC 9110 11.4); several headers prove nothing. */
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
