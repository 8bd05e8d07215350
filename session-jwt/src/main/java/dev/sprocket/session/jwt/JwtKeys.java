package dev.sprocket.session.jwt;

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
 * Keys for the verification of tokens.
 *
 * <p>Each key is used with one algorithm: a secret with HS256, an RSA key with RS256, a key on the curve P-256 with
 * ES256, an Ed25519 key with EdDSA.
 */
final class JwtKeys {
    private final Supplier<List<JwtKey>> keys;

    private JwtKeys(Supplier<List<JwtKey>> keys) {
        this.keys = keys;
    }

    List<JwtKey> all() {
        return keys.get();
    }

    /**
     * Returns the secret that the site signs with.
     *
     * @throws IllegalArgumentException if it has fewer than 32 bytes
     */
    static JwtKeys secret(byte[] secret) {
        List<JwtKey> keys = List.of(JwtKey.secret(null, secret));
        return new JwtKeys(() -> keys);
    }

    /**
     * Returns the public key of a PEM file with a public key or a certificate.
     *
     * @throws IllegalArgumentException if the file has no supported key
     * @throws UncheckedIOException if the file cannot be read
     */
    static JwtKeys pem(Path file) {
        try {
            List<JwtKey> keys = List.of(JwtKey.publicKey(null, publicKey(file, Files.readString(file))));
            return new JwtKeys(() -> keys);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the keys of a JWKS file (RFC 7517), reloaded when it changes.
     *
     * <p>Keys for other uses are ignored. If the file cannot be read later, the previous keys stay in use.
     *
     * @throws IllegalArgumentException if the file is not a JWKS, or has no supported key
     * @throws UncheckedIOException if the file cannot be read
     */
    static JwtKeys jwks(Path file) {
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
                throw new IllegalArgumentException(
                        file + ": no supported key (expected: key for HS256, RS256, ES256 or EdDSA)");
            }
            return List.copyOf(keys);
        } catch (ParseException | JOSEException e) {
            throw new IllegalArgumentException(file + ": not a JWKS (expected: keys, RFC 7517 5)", e);
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
                throw new IllegalArgumentException(
                        file + ": no key found (expected: PUBLIC KEY or CERTIFICATE in PEM)");
            }
            byte[] info = decodeBase64(file, pem.substring(from + begin.length(), to));
            for (String algorithm : List.of("RSA", "EC", Ed25519.NAME)) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(info));
                } catch (java.security.spec.InvalidKeySpecException e) {
                    continue; // a key of another algorithm
                }
            }
            throw new IllegalArgumentException(file + ": unsupported key (expected: RSA, EC or Ed25519)");
        } catch (GeneralSecurityException e) {
            // the JDK's message names internal classes
            throw new IllegalArgumentException(file + ": unreadable (expected: PUBLIC KEY or CERTIFICATE in PEM)", e);
        }
    }
}
