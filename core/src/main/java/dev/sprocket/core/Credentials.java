package dev.sprocket.core;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A private key and the certificates that belong to it, the key's own first; both fit, or loading fails. Threads: any;
 * immutable.
 */
record Credentials(PrivateKey key, List<X509Certificate> chain) {
    static Credentials pem(Path chain, Path key, @Nullable String passphrase) throws IOException {
        Credentials loaded = new Credentials(PemKey.read(key, passphrase), certificates(chain));
        loaded.check(key + ": not the key of the first certificate in " + chain);
        return loaded;
    }

    static Credentials keyStore(Path file, String password) throws IOException {
        byte[] bytes = read(file);
        try {
            KeyStore store = KeyStore.getInstance(isJks(bytes) ? "JKS" : "PKCS12");
            store.load(new ByteArrayInputStream(bytes), password.toCharArray());
            for (String alias : Collections.list(store.aliases())) {
                Key key = store.getKey(alias, password.toCharArray());
                Certificate[] chain = store.getCertificateChain(alias);
                if (key instanceof PrivateKey own && chain != null) {
                    return new Credentials(
                            own,
                            Stream.of(chain).map(X509Certificate.class::cast).toList());
                }
            }
        } catch (GeneralSecurityException | IOException e) {
            throw new IOException(file + ": " + e.getMessage() + " (expected: a PKCS #12 or JKS key store)", e);
        }
        throw new IOException(file + ": no private key (expected: one with its certificate)");
    }

    private static boolean isJks(byte[] bytes) {
        return bytes.length > 1 && (bytes[0] & 0xff) == 0xfe && (bytes[1] & 0xff) == 0xed;
    }

    /** The certificates of a PEM file, at least one. */
    static List<X509Certificate> certificates(Path file) throws IOException {
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (Certificate certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(read(file)))) {
                found.add((X509Certificate) certificate);
            }
        } catch (CertificateException e) {
            throw new IOException(file + ": " + e.getMessage() + " (expected: certificates in PEM)", e);
        }
        if (found.isEmpty()) {
            throw new IOException(file + ": no certificate (expected: certificates in PEM)");
        }
        return found;
    }

    static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        }
    }

    /** Has the key sign what the certificate then verifies: a pair that does not fit would fail every handshake. */
    private void check(String otherwise) throws IOException {
        try {
            String algorithm =
                    switch (key.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> key.getAlgorithm();
                    };
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update((byte) 1);
            byte[] signed = signature.sign();
            signature.initVerify(chain.get(0).getPublicKey());
            signature.update((byte) 1);
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(otherwise, e);
        }
        throw new IOException(otherwise);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return chain.get(0).getSubjectX500Principal().getName();
    }
}
