package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Secret with which WAMP-CRA challenges are signed.
 *
 * <p>Either a shared secret, or the PBKDF2 key of a password and a salt, so that the server need not store the
 * password. The key itself is sufficient to join, so keep it secret.
 */
@ThreadSafe
public final class CraSecret {
    /** Maximum length of a key in bytes; its length in bits fits into an int. */
    private static final int MAX_KEY_LENGTH = 1024;

    private static final String HEX = "0123456789abcdef";
    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private final byte[] key;
    /** Parameters sent to the client, so that it derives the same key. */
    private final Map<String, Object> saltParameters;

    private CraSecret(String key, Map<String, Object> salted) {
        this.key = key.getBytes(StandardCharsets.UTF_8);
        this.saltParameters = salted;
    }

    /** Creates a shared secret. Throws {@link IllegalArgumentException} if it is empty. */
    public static CraSecret of(String secret) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("empty secret (expected: a secret that is hard to guess)");
        }
        return new CraSecret(secret, Map.of());
    }

    /**
     * Creates a secret from a key that was derived from a password before.
     *
     * <p>The key comes from {@link #derive} or {@link #derived()}, AutobahnJS' {@code auth_cra.derive_key} or an
     * equivalent function.
     *
     * @param derived key in base64
     */
    public static CraSecret salted(String derived, String salt, int iterations) {
        int length = Base64.getDecoder().decode(derived).length;
        if (length == 0 || salt.isEmpty() || iterations < 1) {
            throw new IllegalArgumentException("invalid salted key: keyBytes=" + length + " saltLength=" + salt.length()
                    + " iterations=" + iterations + " (expected: all > 0)");
        }
        return new CraSecret(derived, Map.of("salt", salt, "iterations", iterations, "keylen", length));
    }

    /**
     * Derives a secret from a password by PBKDF2 with HMAC-SHA256.
     *
     * @param iterations number of PBKDF2 iterations, at least 1,000 for common clients; 100,000 recommended
     * @param keylen length of the key in bytes, a multiple of 4, at most 1,024; usually 32
     * @throws IllegalArgumentException if the password or the salt is empty, or a number is out of range
     */
    public static CraSecret derive(String password, String salt, int iterations, int keylen) {
        if (password.isEmpty()) {
            throw new IllegalArgumentException("empty password (expected: a password that is hard to guess)");
        }
        if (salt.isEmpty() || iterations < 1) {
            throw new IllegalArgumentException("invalid PBKDF2 parameters: saltLength=" + salt.length() + " iterations="
                    + iterations + " (expected: all > 0)");
        }
        if (keylen < 4 || keylen > MAX_KEY_LENGTH || keylen % 4 != 0) {
            throw new IllegalArgumentException(
                    "keylen: " + keylen + " (expected: a multiple of 4, at most " + MAX_KEY_LENGTH + ")");
        }
        try {
            PBEKeySpec spec = new PBEKeySpec(
                    password.toCharArray(), salt.getBytes(StandardCharsets.UTF_8), iterations, keylen * 8);
            byte[] derived = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
            return salted(Base64.getEncoder().encodeToString(derived), salt, iterations);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Returns the key, to be stored in place of a password.
     *
     * <p>In base64 for a salted secret, the plain text for a shared secret. Either is sufficient to join, so keep it
     * secret.
     */
    public String derived() {
        return new String(key, StandardCharsets.UTF_8);
    }

    Map<String, Object> saltParameters() {
        return saltParameters;
    }

    /** Returns the HMAC-SHA256 of a challenge, which clients send in base64. */
    public byte[] sign(String challenge) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(challenge.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reports whether a base64 signature belongs to a challenge, in constant time. */
    boolean isSignature(String challenge, String signature) {
        byte[] expected = Base64.getEncoder().encode(sign(challenge));
        return MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the secret with which to challenge an unknown user.
     *
     * <p>The salt has the form of the salts of known users and is the same on each attempt, so users cannot be
     * enumerated.
     */
    CraSecret decoyFor(String authid) {
        if (saltParameters.isEmpty()) {
            return this;
        }
        String salt = String.valueOf(saltParameters.get("salt"));
        String alphabet = salt.chars().allMatch(c -> HEX.indexOf(c) >= 0) ? HEX : BASE64;
        StringBuilder decoySalt = new StringBuilder();
        while (decoySalt.length() < salt.length()) {
            for (byte b : sign("salt " + decoySalt.length() + " " + authid)) {
                decoySalt.append(alphabet.charAt((b & 0xFF) % alphabet.length()));
            }
        }
        decoySalt.setLength(salt.length());
        return new CraSecret(
                derived(),
                Map.of(
                        "salt",
                        decoySalt.toString(),
                        "iterations",
                        saltParameters.getOrDefault("iterations", 0),
                        "keylen",
                        saltParameters.getOrDefault("keylen", 0)));
    }

    /** Returns a fixed text without the secret. */
    @Override
    public String toString() {
        return "CRA secret";
    }
}
