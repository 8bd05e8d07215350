package dev.sprocket.session;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.spi.SessionToken;
import java.util.Base64;
import java.util.Optional;

/** Cookies with the id of a session in a store. */
@ThreadSafe
public final class SessionTokens {
    private SessionTokens() {}

    /** The id as it is: {@code PHPSESSID} and most others. */
    public static SessionToken cookie(String name) {
        return new CookieToken(name, Optional::of);
    }

    /** The id in Base64: Spring Session's {@code SESSION}, unless the site says otherwise. */
    public static SessionToken base64Cookie(String name) {
        return new CookieToken(name, value -> {
            try {
                byte[] id = Base64.getDecoder().decode(value);
                return SigningKeys.decodeUtf8(id)
                        .filter(text -> !text.isEmpty())
                        .or(() -> TokenRejections.reject(name, "no text in Base64" + hint(value)));
            } catch (IllegalArgumentException e) {
                return TokenRejections.reject(name, "not Base64 (expected: as Spring Session writes it)" + hint(value));
            }
        });
    }

    private static String hint(String value) {
        return ForeignFormat.asHint(ForeignFormat.describeCookie(value));
    }
}
