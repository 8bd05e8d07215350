package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.security.SecureRandom;
import java.util.Base64;

/** What a session is called: 128 bits that cannot be guessed. */
@ThreadSafe
final class SessionId {
    private static final SecureRandom RANDOM = new SecureRandom();

    private SessionId() {}

    static String next() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
