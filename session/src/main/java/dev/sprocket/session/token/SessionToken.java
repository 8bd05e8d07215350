package dev.sprocket.session.token;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.http.HttpRequest;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Part of a request that identifies its session.
 *
 * <p>It is the id of a stored session, or a signed session that needs no store.
 *
 * <p>A signed or encrypted cookie takes several secrets: the current one, then older ones. It is rejected if none of
 * them verifies it, or if it is signed for another cookie name (where the format contains the name). No token blocks.
 */
@ThreadSafe
@FunctionalInterface
public interface SessionToken {
    /**
     * Returns the token of a request, verified as far as possible without a store.
     *
     * @return empty if the request has no valid token; the token is a secret and must not be logged
     */
    Optional<String> find(HttpRequest request);

    /**
     * Returns all tokens of a request; the first one known to the store is used.
     *
     * <p>A browser may send several cookies of one name.
     *
     * @return a small number of tokens; by default the result of {@link #find}
     */
    default List<String> findAll(HttpRequest request) {
        return find(request).stream().toList();
    }

    /**
     * Verifies a token that a client has sent by itself, to renew its authentication.
     *
     * @return the token as {@link #find} returns it; by default empty, because the token has to come with a request
     */
    default Optional<String> verify(String token) {
        return Optional.empty();
    }

    /** Returns a token for the plain id, as in {@code PHPSESSID} and most others. */
    static SessionToken cookie(String name) {
        return new CookieToken(name, Optional::of);
    }

    /** Returns a token for a Base64 id, the default of Spring Session's {@code SESSION}. */
    static SessionToken base64Cookie(String name) {
        return CookieToken.base64(name);
    }

    /**
     * Returns a token for {@code express-session} of Express, with HMAC-SHA256.
     *
     * <p>The cookie, {@code connect.sid} by default, contains the signed id of a stored session.
     */
    static SessionToken express(String name, String... secrets) {
        return SignedCookies.express(name, secrets);
    }

    /**
     * Returns a token for {@code cookie-session} of Express, with HMAC-SHA1.
     *
     * <p>The cookie contains the session itself as JSON, for {@link CookieStore}; a second cookie {@code name.sig}
     * contains Keygrip's signature. The format has no expiry: a copied cookie stays valid until the secret changes.
     */
    static SessionToken cookieSession(String name, String... keys) {
        return SignedCookies.cookieSession(name, keys);
    }

    /**
     * Returns a token for the signed cookies of Rails, with HMAC-SHA1 or SHA256.
     *
     * <p>The cookie contains the session as JSON, for {@link CookieStore}. The key is derived from {@code
     * secret_key_base}.
     */
    static SessionToken railsSigned(String name, String... secretKeyBases) {
        return SignedCookies.railsSigned(Clock.systemUTC(), name, secretKeyBases);
    }

    /**
     * Returns a token for the encrypted cookies of Rails, with AES-256-GCM.
     *
     * <p>The cookie contains the session as JSON, for {@link CookieStore}. The key is derived from {@code
     * secret_key_base}. This is the default session store of Rails since 5.2.
     */
    static SessionToken railsEncrypted(String name, String... secretKeyBases) {
        return SignedCookies.railsEncrypted(Clock.systemUTC(), name, secretKeyBases);
    }
}
