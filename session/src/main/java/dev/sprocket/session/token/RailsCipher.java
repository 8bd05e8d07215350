package dev.sprocket.session.token;

import dev.sprocket.session.internal.format.ForeignFormat;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Decrypts cookies of the form {@code base64--iv--tag}, as written by ActiveSupport's MessageEncryptor (AES-256-GCM).
 */
final class RailsCipher {
    private static final int IV_BYTES = 12;
    private static final int TAG_BYTES = 16;

    private final String name;
    private final List<SecretKeySpec> keys;

    RailsCipher(String name, List<String> secretKeyBases) {
        this.name = name;
        this.keys = RailsKeys.of(secretKeyBases, "authenticated encrypted cookie", 32).stream()
                .map(key -> new SecretKeySpec(key, "AES"))
                .toList();
    }

    Optional<String> open(String cookie) {
        String[] parts = cookie.split("--", -1);
        if (parts.length != 3) {
            return TokenRejections.reject(
                    name,
                    "not encrypted with AES-256-GCM (expected: base64--iv--tag of Rails 5.2 or later)"
                            + ForeignFormat.asHint(ForeignFormat.describeCookie(cookie)));
        }
        byte[] data = SignedCookies.decode(Base64.getDecoder(), parts[0]);
        byte[] iv = SignedCookies.decode(Base64.getDecoder(), parts[1]);
        byte[] tag = SignedCookies.decode(Base64.getDecoder(), parts[2]);
        // a shorter tag would be easier to forge
        if (iv.length != IV_BYTES || tag.length != TAG_BYTES) {
            return TokenRejections.reject(
                    name, "iv of " + iv.length + " and tag of " + tag.length + " bytes (expected: 12 and 16)");
        }
        Optional<byte[]> open = keys.stream()
                .flatMap(key -> decrypt(key, iv, data, tag).stream())
                .findFirst();
        if (open.isEmpty()) {
            return TokenRejections.reject(name, "cannot be decrypted (expected: encrypted with one of the secrets)");
        }
        return RailsEnvelope.decodeText(name, open.get());
    }

    private static Optional<byte[]> decrypt(SecretKeySpec key, byte[] iv, byte[] data, byte[] tag) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * 8, iv));
            cipher.update(data);
            return Optional.of(cipher.doFinal(tag));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
