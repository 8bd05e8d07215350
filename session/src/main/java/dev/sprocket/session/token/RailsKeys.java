package dev.sprocket.session.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Derives keys from {@code secret_key_base} as Rails does, with PBKDF2.
 *
 * <p>Keys for SHA256 and SHA1 are derived: Rails used SHA1 until 7.0, and keeps it for sites upgraded from there.
 */
final class RailsKeys {
    private static final int ITERATIONS = 1000;

    private RailsKeys() {}

    static List<byte[]> of(List<String> secretKeyBases, String salt, int length) {
        List<byte[]> keys = new ArrayList<>();
        for (String secret : SigningKeys.requireSecrets(secretKeyBases)) {
            for (String algorithm : List.of("PBKDF2WithHmacSHA256", "PBKDF2WithHmacSHA1")) {
                try {
                    keys.add(SecretKeyFactory.getInstance(algorithm)
                            .generateSecret(new PBEKeySpec(
                                    secret.toCharArray(),
                                    salt.getBytes(StandardCharsets.UTF_8),
                                    ITERATIONS,
                                    length * 8))
                            .getEncoded());
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return keys;
    }
}
