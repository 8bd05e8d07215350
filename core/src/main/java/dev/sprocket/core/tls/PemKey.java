package dev.sprocket.core.tls;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Reads a private key from a PEM file.
 *
 * <p>Supports PKCS #8 (RFC 7468 10 and 11), PKCS #1 (RSA) and SEC 1 (EC), each optionally encrypted. Certificates and
 * parameters in the file are ignored.
 */
@ThreadSafe
final class PemKey {
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519", "Ed448", "RSASSA-PSS");
    private static final String CONVERT = "openssl pkcs8 -topk8 -v2 aes-256-cbc";

    private PemKey() {}

    static PrivateKey read(Path file, @Nullable String passphrase) throws IOException {
        PemBlock block = PemBlock.read(file).stream()
                .filter(PemBlock::isPrivateKey)
                .findFirst()
                .orElseThrow(() -> new IOException(file + ": no private key (expected: BEGIN PRIVATE KEY)"));
        return switch (block.type()) {
            case "PRIVATE KEY" -> decode(file, block.der());
            case "ENCRYPTED PRIVATE KEY" -> decode(file, pkcs8(file, block.der(), passphrase));
            case "RSA PRIVATE KEY" -> decode(file, Pkcs8.rsa(plain(file, block, passphrase)));
            case "EC PRIVATE KEY" -> decode(file, ec(file, plain(file, block, passphrase)));
            default ->
                throw new IOException(file + ": " + SafeText.excerpt(block.type())
                        + " (expected: PRIVATE KEY, ENCRYPTED PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY)");
        };
    }

    private static byte[] ec(Path file, byte[] der) throws IOException {
        try {
            return Pkcs8.ec(der);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": EC PRIVATE KEY: " + e.getMessage() + " (expected: SEC 1, RFC 5915)", e);
        }
    }

    private static byte[] plain(Path file, PemBlock block, @Nullable String passphrase) throws IOException {
        if (block.encryption().isEmpty()) {
            return block.der();
        }
        try {
            byte[] der = PemCipher.decrypt(block, required(file, passphrase));
            if (!Pkcs8.isSequence(der)) {
                throw wrongPassphrase(file, null);
            }
            return der;
        } catch (GeneralSecurityException e) {
            throw wrongPassphrase(file, e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static byte[] pkcs8(Path file, byte[] der, @Nullable String passphrase) throws IOException {
        String password = required(file, passphrase);
        EncryptedPrivateKeyInfo encrypted;
        try {
            encrypted = new EncryptedPrivateKeyInfo(der);
        } catch (IOException e) {
            throw unsupported(file, e);
        }
        try {
            // for PBES2 the parameters name the algorithm; the object identifier does not
            String algorithm = encrypted.getAlgName().equals("PBES2")
                            || encrypted.getAlgName().equals("1.2.840.113549.1.5.13")
                    ? String.valueOf(encrypted.getAlgParameters())
                    : encrypted.getAlgName();
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray())),
                    encrypted.getAlgParameters());
            return encrypted.getKeySpec(cipher).getEncoded();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw unsupported(file, e);
        } catch (GeneralSecurityException e) {
            throw wrongPassphrase(file, e);
        }
    }

    private static String required(Path file, @Nullable String passphrase) throws IOException {
        if (passphrase == null) {
            throw new IOException(file + ": encrypted private key (expected: a passphrase)");
        }
        return passphrase;
    }

    /** Creates an exception without the JDK's message, which is about padding. */
    private static IOException wrongPassphrase(Path file, @Nullable Exception cause) {
        return new IOException(file + ": wrong passphrase", cause);
    }

    private static IOException unsupported(Path file, Exception cause) {
        return new IOException(file + ": unsupported encryption (expected: AES, as written by " + CONVERT + ")", cause);
    }

    private static PrivateKey decode(Path file, byte[] pkcs8) throws IOException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException another) {
                // try the next algorithm
            } catch (GeneralSecurityException e) {
                throw new IOException(file + ": no support for " + algorithm + " in this JDK", e);
            }
        }
        throw new IOException(file + ": unknown key algorithm (expected: one of " + ALGORITHMS + ")");
    }
}
