package dev.sprocket.session.token;

import dev.sprocket.http.Cookies;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.session.internal.format.ForeignFormat;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Session token in a cookie.
 *
 * <p>Browsers send several cookies of one name if sites set them for several paths or domains (RFC 6265 5.4).
 *
 * @param open returns the token in a non-empty value; empty if the value is rejected
 */
record CookieToken(String name, Function<String, Optional<String>> open) implements SessionToken {
    /** Maximum number of cookies of one name that are tried: 4. */
    static final int MAX_COOKIES = 4;

    CookieToken {
        SignedCookies.checkName(name);
    }

    @Override
    public Optional<String> find(HttpRequest request) {
        return findAll(request).stream().findFirst();
    }

    @Override
    public List<String> findAll(HttpRequest request) {
        return Cookies.of(request).values(name).stream()
                .filter(value -> !value.isEmpty())
                .limit(MAX_COOKIES)
                .flatMap(value -> open.apply(value).stream())
                .distinct()
                .toList();
    }

    /** Returns a token whose value is an id in Base64. */
    static CookieToken base64(String name) {
        return new CookieToken(name, value -> {
            try {
                byte[] id = Base64.getDecoder().decode(value);
                return SigningKeys.decodeUtf8(id)
                        .filter(text -> !text.isEmpty())
                        .or(() -> TokenRejections.reject(name, "no UTF-8 text in Base64" + hint(value)));
            } catch (IllegalArgumentException e) {
                return TokenRejections.reject(name, "not Base64 (expected: cookie of Spring Session)" + hint(value));
            }
        });
    }

    private static String hint(String value) {
        return ForeignFormat.asHint(ForeignFormat.describeCookie(value));
    }
}
