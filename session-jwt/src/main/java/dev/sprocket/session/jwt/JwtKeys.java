package dev.sprocket.session.jwt;

import com.google.errorprone.annotations.ThreadSafe;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;

/**
 * What tokens are verified with. Each key is for one algorithm: a secret for HS256, an RSA key for RS256, one on the curve
 * P-256 for ES256, an Ed25519 key for EdDSA.
 */
@ThreadSafe
public final class JwtKeys {
    private final Supplier<List<JwtKey>> keys;

    private JwtKeys(Supplier<List<JwtKey>> keys) {
        this.keys = keys;
    }

    List<JwtKey> all() {
        return keys.get();
    }

    /** A secret that the site signs with too. Throws {@link IllegalArgumentException} unless it has 32 bytes or more. */
    public static JwtKeys secret(String secret) {
        return secret(secret.getBytes(StandardCharsets.UTF_8));
    }

    /** As above. */
    public static JwtKeys secret(byte[] secret) {
        List<JwtKey> one = List.of(JwtKey.secret(null, secret));
        return new JwtKeys(() -> one);
    }

    /**
     * A public key, or a certificate, in a PEM file.
     *
     * @throws IllegalArgumentException if it has none that fits
     * @throws UncheckedIOException if it cannot be read
     */
    public static JwtKeys pem(Path file) {
        try {
            List<JwtKey> one = List.of(JwtKey.publicKey(null, publicKey(file, Files.readString(file))));
            return new JwtKeys(() -> one);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A file with a set of keys (JWKS, RFC 7517), which is read again when it has changed. Those that are for something else
     * are left out. If it cannot be read later, the keys that were there stay.
     *
     * @throws IllegalArgumentException if it is no such set, or has no key that fits
     * @throws UncheckedIOException if it cannot be read
     */
    public static JwtKeys jwks(Path file) {
        return new JwtKeys(new JwksFile(file)::keys);
    }

    static List<JwtKey> parseJwks(Path file) throws IOException {
        try {
            List<JwtKey> keys = new ArrayList<>();
            for (JWK jwk : JWKSet.parse(Files.readString(file)).getKeys()) {
                JwtKey key = JwtKey.of(jwk);
                if (key != null) {
                    keys.add(key);
                }
            }
            if (keys.isEmpty()) {
                throw new IllegalArgumentException(file + ": no key for HS256, RS256, ES256 or EdDSA");
            }
            return List.copyOf(keys);
        } catch (ParseException | JOSEException e) {
            throw new IllegalArgumentException(file + ": no JWKS (expected: keys, RFC 7517 5)", e);
        }
    }

    private static byte[] decodeBase64(Path file, String text) {
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage() + " (expected: Base64)", e);
        }
    }

    private static PublicKey publicKey(Path file, String pem) {
        try {
            if (pem.contains("-----BEGIN CERTIFICATE-----")) {
                return CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                        .getPublicKey();
            }
            String begin = "-----BEGIN PUBLIC KEY-----";
            int from = pem.indexOf(begin);
            int to = pem.indexOf("-----END PUBLIC KEY-----");
            if (from < 0 || to < from) {
                throw new IllegalArgumentException(file + ": no PUBLIC KEY and no CERTIFICATE in PEM");
            }
            byte[] info = decodeBase64(file, pem.substring(from + begin.length(), to));
            for (String algorithm : List.of("RSA", "EC", Ed25519.NAME)) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(info));
                } catch (java.security.spec.InvalidKeySpecException e) {
                    continue; // it says itself which it is, and the next may know it
                }
            }
            throw new IllegalArgumentException(file + ": a key of another kind (expected: RSA, EC or Ed25519)");
        } catch (GeneralSecurityException e) {
            // the JDK's words name its classes
            throw new IllegalArgumentException(file + ": unreadable (expected: PUBLIC KEY or CERTIFICATE in PEM)", e);
        }
    }
}
