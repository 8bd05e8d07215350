package dev.sprocket.session.token;

import dev.sprocket.http.Cookies;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.session.spi.SessionToken;
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
}
