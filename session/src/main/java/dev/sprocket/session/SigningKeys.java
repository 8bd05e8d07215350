package dev.sprocket.session;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The keys that a site signs with, the newest first, and those that it once signed with. */
final class SigningKeys {
    private final String algorithm;
    private final List<SecretKeySpec> keys;

    private SigningKeys(String algorithm, List<SecretKeySpec> keys) {
        this.algorithm = algorithm;
        this.keys = keys;
    }

    /** Keys that are texts; {@code algorithm} as Java calls it, {@code HmacSHA256}. */
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
            throw new IllegalArgumentException("no secret, or an empty one (expected: those that the site signs with)");
        }
        return secrets;
    }

    /** Whether one of them signed this, in a time that does not tell how much of the signature is right. */
    boolean verify(byte[] what, byte[] signature) {
        boolean good = false;
        for (SecretKeySpec key : keys) {
            good |= MessageDigest.isEqual(sign(key, what), signature);
        }
        return good;
    }

    /** By the newest. */
    byte[] sign(byte[] what) {
        return sign(keys.get(0), what);
    }

    private byte[] sign(SecretKeySpec key, byte[] what) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(key);
            return mac.doFinal(what);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What was signed, if it is text. */
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
