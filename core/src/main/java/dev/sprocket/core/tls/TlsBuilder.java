package dev.sprocket.core.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builder of {@link Tls}. Not thread-safe. */
public final class TlsBuilder {
    private TlsFiles.@Nullable Source source;
    private @Nullable Path clientRoots;
    private boolean clientRequired;
    private List<String> versions = Tls.VERSIONS;
    private List<String> protocols = List.of();
    private Duration handshakeTimeout = Duration.ofSeconds(10);

    TlsBuilder() {}

    /** Reads the certificate chain and the key from PEM files. Both may be in one file. */
    public TlsBuilder pem(Path chain, Path key) {
        this.source = new TlsFiles.Source(chain, key, null);
        return this;
    }

    /** Reads the certificate chain and an encrypted key from PEM files. Both may be in one file. */
    public TlsBuilder pem(Path chain, Path key, String passphrase) {
        this.source = new TlsFiles.Source(chain, key, passphrase);
        return this;
    }

    /** Reads the key and certificate from a key store (PKCS #12 or JKS). Uses the first private key. */
    public TlsBuilder keyStore(Path file, String password) {
        this.source = new TlsFiles.Source(file, null, password);
        return this;
    }

    /** Requires client certificates that are issued by one of these roots (PEM). */
    public TlsBuilder clientCertificates(Path roots) {
        this.clientRoots = roots;
        this.clientRequired = true;
        return this;
    }

    /**
     * Accepts clients without a certificate, or with one issued by these roots (PEM). See {@link Tls#peerCertificate}.
     */
    public TlsBuilder optionalClientCertificates(Path roots) {
        this.clientRoots = roots;
        this.clientRequired = false;
        return this;
    }

    /**
     * Sets the application protocols to negotiate (ALPN, such as {@code h2}), in order of preference.
     *
     * <p>The default is the protocols of the stack. A client that only offers other protocols is rejected (RFC 7301
     * 3.2); a client without ALPN is accepted.
     */
    public TlsBuilder protocols(String... names) {
        for (String name : names) {
            if (name.isEmpty() || name.length() > 255) {
                throw new IllegalArgumentException("protocol: \"" + name + "\" (expected: 1-255 characters)");
            }
        }
        this.protocols = List.of(names);
        return this;
    }

    /**
     * Sets the enabled versions of TLS: {@code TLSv1.3} and {@code TLSv1.2} by default. Throws
     * {@link IllegalArgumentException} for any other name, and for none.
     */
    public TlsBuilder versions(String... names) {
        if (names.length == 0 || !Tls.VERSIONS.containsAll(List.of(names))) {
            throw new IllegalArgumentException(
                    "TLS versions: " + List.of(names) + " (expected: one or both of " + Tls.VERSIONS + ")");
        }
        this.versions = List.of(names);
        return this;
    }

    /** Sets the timeout of the handshake. Default: ten seconds, with a precision of half a second. */
    public TlsBuilder handshakeTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("handshake timeout: " + timeout + " (expected: > 0)");
        }
        this.handshakeTimeout = timeout;
        return this;
    }

    /**
     * Loads the files.
     *
     * @throws IOException if a file cannot be used, with the reason
     */
    public Tls build() throws IOException {
        if (source == null) {
            throw new IllegalStateException("no certificate (expected: pem or keyStore before build)");
        }
        return new Tls(new TlsFiles(source, clientRoots, clientRequired, versions), protocols, handshakeTimeout);
    }
}
