package dev.sprocket.session;

import dev.sprocket.http.Cookies;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.session.spi.SessionToken;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A token in a cookie. Browsers send several of one name when sites set them for several paths or domains (RFC 6265 5.4).
 *
 * @param open the token in a value that is not empty; empty if the value is refused
 */
record CookieToken(String name, Function<String, Optional<String>> open) implements SessionToken {
    /** Cookies of one name that are tried: 4. */
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
