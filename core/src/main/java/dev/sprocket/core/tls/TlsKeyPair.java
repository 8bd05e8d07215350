package dev.sprocket.core.tls;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Private key and its certificate chain, the key's own certificate first. Loading fails if they do not match. */
@ThreadSafe
record TlsKeyPair(PrivateKey key, List<X509Certificate> chain) {
    static TlsKeyPair pem(Path chain, Path key, @Nullable String passphrase) throws IOException {
        TlsKeyPair loaded = new TlsKeyPair(PemKey.read(key, passphrase), certificates(chain));
        loaded.check(key + ": not the key of the first certificate in " + chain);
        return loaded;
    }

    static TlsKeyPair keyStore(Path file, String password) throws IOException {
        byte[] bytes = read(file);
        try {
            KeyStore store = KeyStore.getInstance(isJks(bytes) ? "JKS" : "PKCS12");
            store.load(new ByteArrayInputStream(bytes), password.toCharArray());
            for (String alias : Collections.list(store.aliases())) {
                Key key = store.getKey(alias, password.toCharArray());
                Certificate[] chain = store.getCertificateChain(alias);
                if (key instanceof PrivateKey own && chain != null) {
                    return new TlsKeyPair(
                            own,
                            Stream.of(chain).map(X509Certificate.class::cast).toList());
                }
            }
        } catch (GeneralSecurityException | IOException e) {
            String seen =
                    e.getCause() instanceof UnrecoverableKeyException ? "the password was incorrect" : "unreadable";
            throw new IOException(file + ": " + seen + " (expected: a PKCS #12 or JKS key store)", e);
        }
        throw new IOException(file + ": no private key (expected: a key with its certificate)");
    }

    private static boolean isJks(byte[] bytes) {
        return bytes.length > 1 && (bytes[0] & 0xff) == 0xfe && (bytes[1] & 0xff) == 0xed;
    }

    /**
     * Returns the certificates of a file, at least one.
     *
     * <p>The file is PEM, in which keys are ignored, or one certificate in DER.
     */
    static List<X509Certificate> certificates(Path file) throws IOException {
        byte[] bytes = read(file);
        List<PemBlock> blocks = PemBlock.parse(file, bytes);
        List<X509Certificate> found = new ArrayList<>();
        if (blocks.isEmpty() && bytes.length > 0) {
            found.addAll(parse(file, "no certificate", bytes));
        }
        for (PemBlock block : blocks) {
            if (block.isCertificate()) {
                found.addAll(parse(file, "certificate " + (found.size() + 1) + " cannot be read", block.der()));
            }
        }
        if (found.isEmpty()) {
            throw new IOException(file + ": no certificate (expected: certificates in PEM)");
        }
        return found;
    }

    /** Throws without the JDK's message, which contains class names. */
    private static List<X509Certificate> parse(Path file, String otherwise, byte[] der) throws IOException {
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(der))) {
                found.add((X509Certificate) certificate);
            }
        } catch (CertificateException e) {
            throw new IOException(file + ": " + otherwise + " (expected: certificates in PEM)", e);
        }
        return found;
    }

    static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException(file + ": permission denied", e);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Verifies a signature of the key with the certificate. A mismatch would fail every handshake. */
    private void check(String otherwise) throws IOException {
        try {
            String algorithm =
                    switch (key.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> key.getAlgorithm();
                    };
            Signature signature = Signature.getInstance(algorithm);
            if (algorithm.equals("RSASSA-PSS")) {
                signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            }
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

    /** Returns the certificate's subject, without the key. */
    @Override
    public String toString() {
        return chain.get(0).getSubjectX500Principal().getName();
    }
}
