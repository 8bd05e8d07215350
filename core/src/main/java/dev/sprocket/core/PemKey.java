package dev.sprocket.core;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Reads a private key from a PEM file (RFC 7468 10 and 11). Threads: any; keeps no state. */
final class PemKey {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([^-]*)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519", "Ed448");

    private PemKey() {}

    static PrivateKey read(Path file, @Nullable String passphrase) throws IOException {
        Matcher block = BLOCK.matcher(new String(Credentials.read(file), StandardCharsets.US_ASCII));
        if (!block.find()) {
            throw new IOException(file + ": no private key (expected: BEGIN PRIVATE KEY)");
        }
        String kind = block.group(1);
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(2));
            return switch (kind) {
                case "PRIVATE KEY" -> decode(file, new PKCS8EncodedKeySpec(der));
                case "ENCRYPTED PRIVATE KEY" -> decode(file, decrypt(file, der, passphrase));
                default ->
                    throw new IOException(file + ": " + kind
                            + " (expected: PRIVATE KEY or ENCRYPTED PRIVATE KEY, as written by openssl pkcs8 -topk8)");
            };
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage() + " (expected: Base64)", e);
        }
    }

    private static PKCS8EncodedKeySpec decrypt(Path file, byte[] der, @Nullable String passphrase) throws IOException {
        if (passphrase == null) {
            throw new IOException(file + ": encrypted (expected: a passphrase for it)");
        }
        EncryptedPrivateKeyInfo sealed;
        try {
            sealed = new EncryptedPrivateKeyInfo(der);
        } catch (IOException e) {
            throw new IOException(
                    file + ": " + e.getMessage()
                            + " (expected: encrypted with AES, as written by openssl pkcs8 -topk8 -v2 aes-256-cbc)",
                    e);
        }
        try {
            // under PBES2 the parameters name the algorithm, and the object identifier does not
            String algorithm =
                    sealed.getAlgName().equals("PBES2") || sealed.getAlgName().equals("1.2.840.113549.1.5.13")
                            ? sealed.getAlgParameters().toString()
                            : sealed.getAlgName();
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(passphrase.toCharArray())),
                    sealed.getAlgParameters());
            return sealed.getKeySpec(cipher);
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": the passphrase does not open it (" + e.getMessage() + ")", e);
        }
    }

    private static PrivateKey decode(Path file, PKCS8EncodedKeySpec spec) throws IOException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException another) {
                // tried with the next
            } catch (GeneralSecurityException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        }
        throw new IOException(file + ": a key of unknown kind (expected: one of " + ALGORITHMS + ")");
    }
}
