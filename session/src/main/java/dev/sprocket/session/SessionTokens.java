package dev.sprocket.session;

import dev.sprocket.http.Cookies;
import dev.sprocket.session.spi.SessionToken;
import java.util.Base64;
import java.util.Optional;

/** Cookies with the id of a session in a store. Threads: any. */
public final class SessionTokens {
    private SessionTokens() {}

    /** The id as it is: {@code PHPSESSID} and most others. */
    public static SessionToken cookie(String name) {
        SignedCookies.checkName(name);
        return request -> Cookies.of(request).value(name).filter(id -> !id.isEmpty());
    }

    /** The id in Base64: Spring Session's {@code SESSION}, unless the site says otherwise. */
    public static SessionToken base64Cookie(String name) {
        SessionToken encoded = cookie(name);
        return request -> encoded.of(request).flatMap(value -> {
            try {
                byte[] id = Base64.getDecoder().decode(value);
                return SigningKeys.text(id).filter(text -> !text.isEmpty());
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        });
    }
}
