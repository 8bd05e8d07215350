package dev.sprocket.wamp.internal.id;

import com.google.errorprone.annotations.ThreadSafe;
import java.security.SecureRandom;
import java.util.Base64;

/** Generates session ids: 128 random bits. */
@ThreadSafe
public final class SessionId {
    private static final SecureRandom RANDOM = new SecureRandom();

    private SessionId() {}

    public static String next() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
