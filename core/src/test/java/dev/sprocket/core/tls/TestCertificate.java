package dev.sprocket.core.tls;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Key with a self-signed certificate.
 *
 * <p>Created by the running JDK's keytool, once per name and run.
 */
public final class TestCertificate {
    static final String PASSWORD = "secret";

    private static final Map<String, TestCertificate> CACHE = new ConcurrentHashMap<>();

    final KeyStore store;
    final PrivateKey key;
    public final X509Certificate certificate;

    private TestCertificate(String name, String algorithm) throws Exception {
        Path file = Files.createTempDirectory("certificate").resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes());
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IllegalStateException("keytool: " + output);
        }
        store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        Files.delete(file);
        Files.delete(file.getParent());
        key = (PrivateKey) store.getKey(name, PASSWORD.toCharArray());
        certificate = (X509Certificate) store.getCertificate(name);
    }

    public static TestCertificate named(String name) {
        return named(name, "EC");
    }

    static TestCertificate named(String name, String algorithm) {
        return CACHE.computeIfAbsent(name, key -> {
            try {
                return new TestCertificate(key, algorithm);
            } catch (java.io.IOException e) {
                throw new UncheckedIOException(e);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + kind + "-----\n";
    }

    @CanIgnoreReturnValue
    public Path writeChain(Path file) throws Exception {
        return Files.writeString(file, pem("CERTIFICATE", certificate.getEncoded()));
    }

    @CanIgnoreReturnValue
    public Path writeKey(Path file) throws Exception {
        return Files.writeString(file, pem("PRIVATE KEY", key.getEncoded()));
    }

    Path writeStore(Path file) throws Exception {
        try (var out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    @CanIgnoreReturnValue
    public Tls tls(Path folder) throws Exception {
        return tls(folder, Tls.Provider.AUTO);
    }

    @CanIgnoreReturnValue
    public Tls tls(Path folder, Tls.Provider provider) throws Exception {
        return builder(folder, provider).build();
    }

    /** Returns a builder with this certificate in files. */
    public Tls.Builder builder(Path folder, Tls.Provider provider) throws Exception {
        return Tls.builder()
                .pem(writeChain(folder.resolve("chain.pem")), writeKey(folder.resolve("key.pem")))
                .provider(provider);
    }

    /** Skips a test on platforms without this provider; with {@code -Dmissing=fail} the test fails. */
    public static void requireProvider(Tls.Provider provider) {
        String unavailable = provider == Tls.Provider.OPENSSL ? OpenSslEngines.unavailable() : null;
        if (unavailable != null && "fail".equals(System.getProperty("missing"))) {
            throw new AssertionError("OpenSSL is not available: " + unavailable);
        }
        assumeThat(unavailable).as("OpenSSL is not available").isNull();
    }

    /**
     * Connects a TLS client that trusts this certificate. The handshake starts with the first byte.
     *
     * @param own certificate of the client, or null
     */
    @CanIgnoreReturnValue
    public SSLSocket connect(SocketAddress address, TestCertificate own) throws Exception {
        Socket socket = new Socket();
        socket.connect(address, 10_000);
        return over(socket, own);
    }

    @CanIgnoreReturnValue
    public SSLSocket connect(SocketAddress address) throws Exception {
        return connect(address, null);
    }

    /**
     * Creates a TLS client over a connected socket.
     *
     * @param own certificate of the client, or null
     */
    public SSLSocket over(Socket socket, TestCertificate own) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own == null ? null : own.store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        InetSocketAddress peer = (InetSocketAddress) socket.getRemoteSocketAddress();
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", peer.getPort(), true);
        tls.setSoTimeout(10_000);
        return tls;
    }

    public static X509Certificate presentedTo(SSLSocket client) throws Exception {
        Certificate[] chain = client.getSession().getPeerCertificates();
        return (X509Certificate) chain[0];
    }
}
