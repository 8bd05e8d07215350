package dev.sprocket.core;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts a {@link Tls} together. Not thread-safe. */
public final class TlsBuilder {
    private TlsFiles.@Nullable Source source;
    private @Nullable Path clientRoots;
    private boolean clientRequired;
    private List<String> versions = Tls.VERSIONS;
    private List<String> protocols = List.of();
    private Duration handshakeLimit = Duration.ofSeconds(10);

    TlsBuilder() {}

    /** Reads the certificate chain and the key from PEM files, as {@link Tls#pem} does; one file may hold both. */
    public TlsBuilder pem(Path chain, Path key) {
        this.source = new TlsFiles.Source(chain, key, null);
        return this;
    }

    /** As above, with the passphrase of an encrypted key. */
    public TlsBuilder pem(Path chain, Path key, String passphrase) {
        this.source = new TlsFiles.Source(chain, key, passphrase);
        return this;
    }

    /** As {@link Tls#keyStore}. */
    public TlsBuilder keyStore(Path file, String password) {
        this.source = new TlsFiles.Source(file, null, password);
        return this;
    }

    /** Only clients with a certificate that leads to one of these (PEM) get in. */
    public TlsBuilder clientCertificates(Path roots) {
        this.clientRoots = roots;
        this.clientRequired = true;
        return this;
    }

    /** Clients may show a certificate that leads to one of these (PEM), or none; see {@link Tls#peerCertificate}. */
    public TlsBuilder optionalClientCertificates(Path roots) {
        this.clientRoots = roots;
        this.clientRequired = false;
        return this;
    }

    /**
     * The application protocols to negotiate (ALPN, such as {@code h2}), the preferred one first, instead of what the stack offers by itself. A client
     * that asks for others only is refused (RFC 7301 3.2); one that does not ask is served.
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
     * Sets the versions of TLS that are served: {@code TLSv1.3} and {@code TLSv1.2} by default. Throws {@link
     * IllegalArgumentException} for any other name, and for none.
     */
    public TlsBuilder versions(String... names) {
        if (names.length == 0 || !Tls.VERSIONS.containsAll(List.of(names))) {
            throw new IllegalArgumentException(
                    "TLS versions: " + List.of(names) + " (expected: one or both of " + Tls.VERSIONS + ")");
        }
        this.versions = List.of(names);
        return this;
    }

    /** How long a client may take for the handshake: ten seconds unless told otherwise, kept to half a second. */
    public TlsBuilder handshakeTimeout(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("handshake limit: " + limit + " (expected: > 0)");
        }
        this.handshakeLimit = limit;
        return this;
    }

    /**
     * Reads the files.
     *
     * @throws IOException if one cannot be used, with the reason
     */
    public Tls build() throws IOException {
        if (source == null) {
            throw new IllegalStateException("no certificate (expected: pem or keyStore before build)");
        }
        return new Tls(new TlsFiles(source, clientRoots, clientRequired, versions), protocols, handshakeLimit);
    }
}
