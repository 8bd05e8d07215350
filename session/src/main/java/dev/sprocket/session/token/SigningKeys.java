package dev.sprocket.session.token;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signing keys of a site, the current one first, then older ones. */
final class SigningKeys {
    private final String algorithm;
    private final List<SecretKeySpec> keys;

    private SigningKeys(String algorithm, List<SecretKeySpec> keys) {
        this.algorithm = algorithm;
        this.keys = keys;
    }

    /**
     * Creates keys from strings.
     *
     * @param algorithm the Java name, such as {@code HmacSHA256}
     */
    static SigningKeys of(String algorithm, List<String> secrets) {
        return ofBytes(
                algorithm,
                requireSecrets(secrets).stream()
                        .map(secret -> secret.getBytes(StandardCharsets.UTF_8))
                        .toList());
    }

    static SigningKeys ofBytes(String algorithm, List<byte[]> secrets) {
        return new SigningKeys(
                algorithm,
                secrets.stream()
                        .map(secret -> new SecretKeySpec(secret, algorithm))
                        .toList());
    }

    static List<String> requireSecrets(List<String> secrets) {
        if (secrets.isEmpty() || secrets.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException(
                    "no secret, or an empty secret (expected: the secrets with which the site signs)");
        }
        return secrets;
    }

    /** Reports whether one of the keys verifies the signature, in constant time. */
    boolean verify(byte[] data, byte[] signature) {
        boolean verified = false;
        for (SecretKeySpec key : keys) {
            verified |= MessageDigest.isEqual(sign(key, data), signature);
        }
        return verified;
    }

    /** Signs with the current key. */
    byte[] sign(byte[] data) {
        return sign(keys.get(0), data);
    }

    private byte[] sign(SecretKeySpec key, byte[] data) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(key);
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Decodes UTF-8, or returns empty if the bytes are malformed. */
    static Optional<String> decodeUtf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
