package dev.sprocket.session.token;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.internal.format.ForeignFormat;
import dev.sprocket.session.spi.SessionToken;
import java.util.Base64;
import java.util.Optional;

/** Session tokens in cookies that contain the id of a stored session. */
@ThreadSafe
public final class SessionTokens {
    private SessionTokens() {}

    /** Returns a token for the plain id, as in {@code PHPSESSID} and most others. */
    public static SessionToken cookie(String name) {
        return new CookieToken(name, Optional::of);
    }

    /** Returns a token for a Base64 id, the default of Spring Session's {@code SESSION}. */
    public static SessionToken base64Cookie(String name) {
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
