package dev.sprocket.session;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.http.Cookies;
import dev.sprocket.session.spi.SessionToken;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Cookies that a site has signed. Each takes several secrets: the one in use, and those before it. Whatever is not signed by
 * one of them, or is signed for another cookie where the site says which, is no token.
 *
 * <p>Nothing blocks.
 */
@ThreadSafe
public final class SignedCookies {
    static final String WRONG_SIGNATURE = "signature does not match (expected: signed with one of the secrets)";

    private SignedCookies() {}

    /** Express' {@code express-session}: a signed id ({@code connect.sid}) of a session in a store; HMAC-SHA256. */
    public static SessionToken express(String name, String... secrets) {
        checkName(name);
        SigningKeys keys = SigningKeys.of("HmacSHA256", List.of(secrets));
        return new CookieToken(name, value -> {
            int dot = value.lastIndexOf('.');
            if (!value.startsWith("s:") || dot <= 2) {
                return TokenRejections.reject(
                        name,
                        "not signed by express-session (expected: s:id.signature)"
                                + ForeignFormat.asHint(ForeignFormat.describeCookie(value)));
            }
            return keys.verify(bytes(value.substring(2, dot)), decode(Base64.getDecoder(), value.substring(dot + 1)))
                    ? Optional.of(value.substring(2, dot))
                    : TokenRejections.reject(name, WRONG_SIGNATURE);
        });
    }

    /**
     * Express' {@code cookie-session}: the session itself, as JSON, for {@link CookieStore}, and another cookie {@code name.sig}
     * with Keygrip's HMAC-SHA1. It says nothing of its age: who has once copied it has it for ever.
     */
    public static SessionToken cookieSession(String name, String... keys) {
        checkName(name);
        SigningKeys signing = SigningKeys.of("HmacSHA1", List.of(keys));
        return request -> {
            Cookies cookies = Cookies.of(request);
            List<String> values = cookies.rawValues(name).stream()
                    .filter(value -> !value.isEmpty())
                    .limit(CookieToken.MAX_COOKIES)
                    .toList();
            if (values.isEmpty()) {
                return Optional.empty();
            }
            List<String> signatures = cookies.rawValues(name + ".sig").stream()
                    .limit(CookieToken.MAX_COOKIES)
                    .toList();
            if (signatures.isEmpty()) {
                return TokenRejections.reject(name, "cookie " + name + ".sig is missing (expected: its signature)");
            }
            for (String value : values) {
                for (String signature : signatures) {
                    if (signing.verify(bytes(name + "=" + value), decode(Base64.getUrlDecoder(), signature))) {
                        return SigningKeys.decodeUtf8(decode(Base64.getDecoder(), value))
                                .map(CookieStore::id)
                                .or(() -> TokenRejections.reject(name, "signed, but no text in Base64"));
                    }
                }
            }
            return TokenRejections.reject(name, WRONG_SIGNATURE);
        };
    }

    /**
     * A cookie of Rails' signed jar, as JSON, for {@link CookieStore}: HMAC-SHA1 or SHA256, by a key from
     * {@code secret_key_base}.
     */
    public static SessionToken railsSigned(String name, String... secretKeyBases) {
        return railsSigned(Clock.systemUTC(), name, secretKeyBases);
    }

    static SessionToken railsSigned(Clock clock, String name, String... secretKeyBases) {
        checkName(name);
        RailsSignature signature = new RailsSignature(name, List.of(secretKeyBases));
        RailsEnvelope envelope = new RailsEnvelope(name, clock);
        return new CookieToken(name, value -> signature.open(value).flatMap(envelope::open));
    }

    /**
     * A cookie of Rails' encrypted jar, as JSON, for {@link CookieStore}: AES-256-GCM, by a key from {@code secret_key_base}.
     * That is where Rails itself keeps sessions since 5.2.
     */
    public static SessionToken railsEncrypted(String name, String... secretKeyBases) {
        return railsEncrypted(Clock.systemUTC(), name, secretKeyBases);
    }

    static SessionToken railsEncrypted(Clock clock, String name, String... secretKeyBases) {
        checkName(name);
        RailsCipher cipher = new RailsCipher(name, List.of(secretKeyBases));
        RailsEnvelope envelope = new RailsEnvelope(name, clock);
        return new CookieToken(name, value -> cipher.open(value).flatMap(envelope::open));
    }

    static void checkName(String name) {
        if (name.isBlank() || name.indexOf('=') >= 0 || name.indexOf(';') >= 0) {
            throw new IllegalArgumentException("cookie: " + name + " (expected: a name)");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** None at all where it is no Base64, which nobody has signed; and the one way to write it counts. */
    static byte[] decode(Base64.Decoder decoder, String text) {
        try {
            return decoder.decode(text);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
