package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Secret that a peer must present, such as a password or token.
 *
 * <p>It is stored as a digest and compared in constant time, which reveals neither its length nor how much of a guess
 * is correct.
 */
@ThreadSafe
public final class SharedSecret {
    private final byte[] digest;

    private SharedSecret(byte[] digest) {
        this.digest = digest;
    }

    /** Creates a secret. Throws {@link IllegalArgumentException} if it is empty. */
    public static SharedSecret of(String secret) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("empty secret (expected: a secret that is hard to guess)");
        }
        return new SharedSecret(digest(secret));
    }

    /** Reports whether a candidate is the secret. */
    public boolean matches(String candidate) {
        return MessageDigest.isEqual(digest, digest(candidate));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a constant text, without the secret. */
    @Override
    public String toString() {
        return "a secret";
    }
}
