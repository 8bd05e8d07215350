package dev.sprocket.core.tls;

import dev.sprocket.core.internal.text.SafeText;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Decrypts PEM blocks with {@code DEK-Info} (RFC 1421 4.6.1.3), as written by {@code openssl rsa -aes256}.
 *
 * <p>Stateless.
 */
final class PemCipher {
    private static final int SALT = 8;
    private static final Pattern DEK_INFO = Pattern.compile("([A-Z0-9-]+),((?:[0-9A-Fa-f]{2})+)");
    /** Key sizes in bytes, by OpenSSL's names. */
    private static final Map<String, Integer> KEYS =
            Map.of("AES-128-CBC", 16, "AES-192-CBC", 24, "AES-256-CBC", 32, "DES-EDE3-CBC", 24);

    private PemCipher() {}

    /** Decrypts a block. Throws {@link IllegalArgumentException} for an unsupported cipher. */
    static byte[] decrypt(PemBlock block, String passphrase) throws GeneralSecurityException {
        Matcher info = DEK_INFO.matcher(block.encryption());
        Integer size = info.matches() ? KEYS.get(info.group(1)) : null;
        if (size == null) {
            throw new IllegalArgumentException("DEK-Info: " + SafeText.excerpt(block.encryption())
                    + " (expected: AES-128-CBC, AES-192-CBC, AES-256-CBC or DES-EDE3-CBC)");
        }
        byte[] iv = HexFormat.of().parseHex(info.group(2));
        String algorithm = info.group(1).startsWith("AES") ? "AES" : "DESede";
        if (iv.length < SALT) {
            throw new GeneralSecurityException("initialization vector of " + iv.length + " bytes");
        }
        Cipher cipher = Cipher.getInstance(algorithm + "/CBC/PKCS5Padding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(key(passphrase, Arrays.copyOf(iv, SALT), size), algorithm),
                new IvParameterSpec(iv));
        return cipher.doFinal(block.der());
    }

    /** Derives the key with OpenSSL's EVP_BytesToKey (MD5, one round), which the format prescribes. */
    private static byte[] key(String passphrase, byte[] salt, int size) throws GeneralSecurityException {
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        byte[] key = new byte[size];
        byte[] last = {};
        for (int at = 0; at < size; at += last.length) {
            md5.update(last);
            md5.update(passphrase.getBytes(StandardCharsets.UTF_8));
            last = md5.digest(salt);
            System.arraycopy(last, 0, key, at, Math.min(last.length, size - at));
        }
        return key;
    }
}
