package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Something that a peer must know: a password, a token. It is kept as a digest, and compared in a time that tells nothing
 * of how much of it was right, nor of how long it is.
 */
@ThreadSafe
public final class SharedSecret {
    private final byte[] digest;

    private SharedSecret(byte[] digest) {
        this.digest = digest;
    }

    /** A secret that is known. Throws {@link IllegalArgumentException} if it is empty: anybody would know it. */
    public static SharedSecret of(String secret) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("an empty secret (expected: one that is hard to guess)");
        }
        return new SharedSecret(digest(secret));
    }

    /** Whether a peer knows it. */
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

    /** Nothing of it. */
    @Override
    public String toString() {
        return "a secret";
    }
}
