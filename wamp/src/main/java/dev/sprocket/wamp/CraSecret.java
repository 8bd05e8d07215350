package dev.sprocket.wamp;

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
 * With what the answers of WAMP-CRA are signed: a secret, or what PBKDF2 makes of a password and some salt, so that the server need
 * not know the password. Who has the key can join, though.
 */
@ThreadSafe
public final class CraSecret {
    /** More than any client asks for, and few enough bits for an int. */
    private static final int MAX_KEY_LENGTH = 1024;

    private static final String HEX = "0123456789abcdef";
    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private final byte[] key;
    /** What the client is told, so that it can make the same key. */
    private final Map<String, Object> saltParameters;

    private CraSecret(String key, Map<String, Object> salted) {
        this.key = key.getBytes(StandardCharsets.UTF_8);
        this.saltParameters = salted;
    }

    /** A secret that both sides know. Throws {@link IllegalArgumentException} if it is empty: anybody would know it. */
    public static CraSecret of(String secret) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("an empty secret (expected: one that is hard to guess)");
        }
        return new CraSecret(secret, Map.of());
    }

    /**
     * What was made of a password before, by {@link #derive} or {@link #derived()}, AutobahnJS' {@code auth_cra.derive_key} and the
     * like.
     *
     * @param derived in base64
     */
    public static CraSecret salted(String derived, String salt, int iterations) {
        int length = Base64.getDecoder().decode(derived).length;
        if (length == 0 || salt.isEmpty() || iterations < 1) {
            throw new IllegalArgumentException("a key of " + length + " bytes, " + salt.length()
                    + " characters of salt, " + iterations + " iterations (expected: above zero)");
        }
        return new CraSecret(derived, Map.of("salt", salt, "iterations", iterations, "keylen", length));
    }

    /**
     * What PBKDF2 with HMAC-SHA256 makes of a password.
     *
     * @param iterations the more the harder to guess; 1,000 is what clients expect at least, 100,000 do no harm
     * @param keylen in bytes, a multiple of 4, at most 1,024; usually 32
     * @throws IllegalArgumentException if the password or the salt is empty, or a number is out of range
     */
    public static CraSecret derive(String password, String salt, int iterations, int keylen) {
        if (password.isEmpty()) {
            throw new IllegalArgumentException("an empty password (expected: one that is hard to guess)");
        }
        if (salt.isEmpty() || iterations < 1) {
            throw new IllegalArgumentException(
                    salt.length() + " characters of salt, " + iterations + " iterations (expected: above zero)");
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

    /** The key in base64, to be kept in place of a password; as much a secret as that for whoever wants to join. */
    public String derived() {
        return new String(key, StandardCharsets.UTF_8);
    }

    Map<String, Object> saltParameters() {
        return saltParameters;
    }

    byte[] sign(String challenge) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(challenge.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a signature, in base64, is the one of a challenge; takes as long either way. */
    boolean isSignature(String challenge, String signature) {
        byte[] own = Base64.getEncoder().encode(sign(challenge));
        return MessageDigest.isEqual(own, signature.getBytes(StandardCharsets.UTF_8));
    }

    /** What looks like this to somebody who is not there: salted as much, and each time the same. */
    CraSecret decoyFor(String authid) {
        if (saltParameters.isEmpty()) {
            return this;
        }
        String salt = String.valueOf(saltParameters.get("salt"));
        String letters = salt.chars().allMatch(c -> HEX.indexOf(c) >= 0) ? HEX : BASE64;
        StringBuilder other = new StringBuilder();
        while (other.length() < salt.length()) {
            for (byte b : sign("salt " + other.length() + " " + authid)) {
                other.append(letters.charAt((b & 0xFF) % letters.length()));
            }
        }
        other.setLength(salt.length());
        return new CraSecret(
                derived(),
                Map.of(
                        "salt",
                        other.toString(),
                        "iterations",
                        saltParameters.getOrDefault("iterations", 0),
                        "keylen",
                        saltParameters.getOrDefault("keylen", 0)));
    }

    /** Nothing of it. */
    @Override
    public String toString() {
        return "a key";
    }
}
