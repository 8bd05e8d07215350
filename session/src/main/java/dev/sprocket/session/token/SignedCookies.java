package dev.sprocket.session.token;

import dev.sprocket.http.Cookies;
import dev.sprocket.session.internal.format.ForeignFormat;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Verifies cookies that the site has signed or encrypted. */
final class SignedCookies {
    static final String WRONG_SIGNATURE = "signature does not match (expected: signed with one of the secrets)";

    private SignedCookies() {}

    static SessionToken express(String name, String... secrets) {
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

    static SessionToken cookieSession(String name, String... keys) {
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
                return TokenRejections.reject(name, "cookie " + name + ".sig is missing (expected: the signature)");
            }
            for (String value : values) {
                for (String signature : signatures) {
                    if (signing.verify(bytes(name + "=" + value), decode(Base64.getUrlDecoder(), signature))) {
                        return SigningKeys.decodeUtf8(decode(Base64.getDecoder(), value))
                                .map(CookieStore::id)
                                .or(() -> TokenRejections.reject(name, "signed, but not UTF-8 text in Base64"));
                    }
                }
            }
            return TokenRejections.reject(name, WRONG_SIGNATURE);
        };
    }

    static SessionToken railsSigned(Clock clock, String name, String... secretKeyBases) {
        checkName(name);
        RailsSignature signature = new RailsSignature(name, List.of(secretKeyBases));
        RailsEnvelope envelope = new RailsEnvelope(name, clock);
        return new CookieToken(name, value -> signature.open(value).flatMap(envelope::open));
    }

    static SessionToken railsEncrypted(Clock clock, String name, String... secretKeyBases) {
        checkName(name);
        RailsCipher cipher = new RailsCipher(name, List.of(secretKeyBases));
        RailsEnvelope envelope = new RailsEnvelope(name, clock);
        return new CookieToken(name, value -> cipher.open(value).flatMap(envelope::open));
    }

    static void checkName(String name) {
        if (name.isBlank() || name.indexOf('=') >= 0 || name.indexOf(';') >= 0) {
            throw new IllegalArgumentException("cookie: " + name + " (expected: a cookie name)");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Returns the decoded bytes, or no bytes if the text is not Base64.
     *
     * <p>An empty signature never verifies.
     */
    static byte[] decode(Base64.Decoder decoder, String text) {
        try {
            return decoder.decode(text);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
