package dev.sprocket.wamp;

import java.security.SecureRandom;
import java.util.Base64;

/** What a session is called: 128 bits that cannot be guessed. Threads: any. */
final class SessionId {
    private static final SecureRandom RANDOM = new SecureRandom();

    private SessionId() {}

    static String next() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
