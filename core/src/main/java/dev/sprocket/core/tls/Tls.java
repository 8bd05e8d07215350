package dev.sprocket.core.tls;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.net.TlsEngine;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves TLS 1.3 and 1.2 with a certificate that can be reloaded at runtime.
 *
 * <pre>{@code
 * Tls tls = Tls.pem(Path.of("fullchain.pem"), Path.of("privkey.pem"));
 * IoServer.builder(app).bind("0.0.0.0", 443).tls(tls).build().start();
 * tls.reload(); // after the files were replaced
 * }</pre>
 *
 * <p>Clients resume sessions by tickets (RFC 8446 2.2, RFC 5077), whose keys are random and rotate. The keys belong to
 * this object: all event loops and all servers that use it accept each other's tickets, and no other object does. A
 * reload keeps them, unless the roots of client certificates changed.
 */
@ThreadSafe
public final class Tls {

    /** Supported versions, which are all enabled by default (RFC 9325 3.1.1). */
    static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    /** Longest rotation: tickets must not be valid for more than a week (RFC 8446 4.6.1). */
    private static final Duration MAX_ROTATION = Duration.ofDays(2);

    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    /** Implementation of TLS. */
    public enum Provider {
        /** OpenSSL if its library loads and supports the key (RSA or EC), otherwise the JDK. */
        AUTO,
        /** BoringSSL of netty-tcnative: faster handshakes, and less memory for a connection. */
        OPENSSL,
        /** The JDK, for any key that it supports, and on any platform. */
        JDK;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final TlsFiles files;
    private final TlsProviders providers;
    private final List<String> protocols;
    private final Duration handshakeTimeout;
    private final Supplier<TicketKeys> ticketKeys;
    private volatile TlsEngines engines;

    private Tls(Builder settings, TlsFiles files) throws IOException {
        this.files = files;
        this.providers = TlsProviders.of(settings.provider, settings.onlyByOpenSsl());
        this.protocols = settings.protocols;
        this.handshakeTimeout = settings.handshakeTimeout;
        Duration rotation = settings.ticketRotation == null ? TicketKeys.DEFAULT_ROTATION : settings.ticketRotation;
        LongSupplier nanos = settings.nanos;
        this.ticketKeys = () -> new TicketKeys(rotation, nanos);
        this.engines = files.load(providers, ticketKeys, null);
    }

    /**
     * Creates TLS with a certificate from PEM files.
     *
     * @param chain the server's certificate first, then the intermediate certificates
     * @param key private key (PKCS #8, PKCS #1 or SEC 1); may be the same file
     * @throws IOException if a file cannot be used, with the reason
     */
    public static Tls pem(Path chain, Path key) throws IOException {
        return builder().pem(chain, key).build();
    }

    /** Creates TLS from a key store (PKCS #12 or JKS). Uses its first private key and the certificate of that key. */
    public static Tls keyStore(Path file, String password) throws IOException {
        return builder().keyStore(file, password).build();
    }

    /** Creates a builder, for encrypted keys, client certificates, TLS versions and application protocols. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reloads the files. New connections use them; open connections are not affected.
     *
     * @throws IOException if a file cannot be used, with the reason, which is also logged; the current certificate
     *     stays in use
     */
    public synchronized void reload() throws IOException {
        try {
            engines = files.load(providers, ticketKeys, engines);
        } catch (IOException | IllegalStateException e) {
            LOG.warn(
                    "TLS reload failed, current certificate stays in use: cause=\"{}\" (fix the file, then reload)",
                    e.getMessage());
            throw e instanceof IOException io ? io : new IOException(e.getMessage(), e);
        }
    }

    /** Returns the time at which the certificate in use expires. */
    public Instant expiry() {
        return engines.expiry();
    }

    /** Returns the implementation in use: {@code OPENSSL} or {@code JDK}. */
    public Provider provider() {
        return engines.provider();
    }

    /**
     * Returns the negotiated application protocol (ALPN, RFC 7301), such as {@code h2}. Empty if none was negotiated,
     * or without TLS.
     */
    public static Optional<String> applicationProtocol(Connection conn) {
        return TlsEngine.KEY.find(conn).map(SSLEngine::getApplicationProtocol).filter(name -> !name.isEmpty());
    }

    /** Returns the verified certificate of the client. Empty if the client sent none, or without TLS. */
    public static Optional<X509Certificate> peerCertificate(Connection conn) {
        return session(conn).flatMap(Tls::certificate);
    }

    /** Returns the TLS session of a connection; empty without TLS. */
    public static Optional<SSLSession> session(Connection conn) {
        return TlsEngine.KEY.find(conn).map(SSLEngine::getSession);
    }

    private static Optional<X509Certificate> certificate(SSLSession session) {
        try {
            return Optional.of((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException none) {
            return Optional.empty();
        }
    }

    /** Returns the time that a handshake may take. */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /**
     * Creates the handler of one connection.
     *
     * @param offered application protocols of the stack, used unless the builder set others
     */
    public SslHandler handler(ByteBufAllocator alloc, List<String> offered) {
        SslHandler handler = engines.handler(alloc, protocols.isEmpty() ? offered : protocols);
        // the timer of the event loop enforces the timeout
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    @Override
    public String toString() {
        return "TLS with " + files;
    }

    /** Builder of {@link Tls}. Not thread-safe. */
    public static final class Builder {
        private TlsFiles.@Nullable Source source;
        private @Nullable Path clientRoots;
        private boolean clientRequired;
        private List<String> versions = Tls.VERSIONS;
        private List<String> protocols = List.of();
        private Duration handshakeTimeout = Duration.ofSeconds(10);
        private Provider provider = Provider.AUTO;
        private @Nullable Duration ticketRotation;
        private @Nullable Path ocspResponse;
        /** Clock of the rotation. */
        private LongSupplier nanos = System::nanoTime;

        Builder() {}

        /** Reads the certificate chain and the key from PEM files. Both may be in one file. */
        @CanIgnoreReturnValue
        public Builder pem(Path chain, Path key) {
            this.source = new TlsFiles.Source(chain, key, null);
            return this;
        }

        /** Reads the certificate chain and an encrypted key from PEM files. Both may be in one file. */
        @CanIgnoreReturnValue
        public Builder pem(Path chain, Path key, String passphrase) {
            this.source = new TlsFiles.Source(chain, key, passphrase);
            return this;
        }

        /** Reads the key and certificate from a key store (PKCS #12 or JKS). Uses the first private key. */
        @CanIgnoreReturnValue
        public Builder keyStore(Path file, String password) {
            this.source = new TlsFiles.Source(file, null, password);
            return this;
        }

        /** Requires client certificates that are issued by one of these roots (PEM). */
        @CanIgnoreReturnValue
        public Builder clientCertificates(Path roots) {
            this.clientRoots = roots;
            this.clientRequired = true;
            return this;
        }

        /**
         * Accepts clients without a certificate, or with one issued by these roots (PEM). See {@link
         * Tls#peerCertificate}.
         */
        @CanIgnoreReturnValue
        public Builder optionalClientCertificates(Path roots) {
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
        @CanIgnoreReturnValue
        public Builder protocols(String... names) {
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
        @CanIgnoreReturnValue
        public Builder versions(String... names) {
            if (names.length == 0 || !Tls.VERSIONS.containsAll(List.of(names))) {
                throw new IllegalArgumentException(
                        "TLS versions: " + List.of(names) + " (expected: one or both of " + Tls.VERSIONS + ")");
            }
            this.versions = List.of(names);
            return this;
        }

        /** Sets the timeout of the handshake. Default: ten seconds, with a precision of half a second. */
        @CanIgnoreReturnValue
        public Builder handshakeTimeout(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("handshake timeout: " + timeout + " (expected: > 0)");
            }
            this.handshakeTimeout = timeout;
            return this;
        }

        /** Sets the implementation of TLS. Default: {@code AUTO}. */
        @CanIgnoreReturnValue
        public Builder provider(Provider wanted) {
            this.provider = wanted;
            return this;
        }

        /**
         * Sets the time after which session tickets are sealed by a new random key. Default: twelve hours.
         *
         * <p>A key opens tickets for two more periods, then clients with such a ticket do a full handshake. OpenSSL
         * only: the JDK has its own rotation, every hour. Throws {@link IllegalArgumentException} unless positive.
         */
        @CanIgnoreReturnValue
        public Builder ticketRotation(Duration period) {
            if (period.isNegative() || period.isZero() || period.compareTo(MAX_ROTATION) > 0) {
                throw new IllegalArgumentException(
                        "ticket rotation: " + period + " (expected: > 0, at most " + MAX_ROTATION + ")");
            }
            this.ticketRotation = period;
            return this;
        }

        /** Sets the clock of the rotation, in nanoseconds. */
        Builder clock(LongSupplier nanoTime) {
            this.nanos = nanoTime;
            return this;
        }

        /**
         * Staples an OCSP response (DER) for clients that ask for it (RFC 6066 8).
         *
         * <p>A response that expired, is for another certificate or does not state that it is good is logged and not
         * stapled. {@link Tls#reload} reads the file again. OpenSSL only.
         */
        @CanIgnoreReturnValue
        public Builder ocspResponse(Path file) {
            this.ocspResponse = file;
            return this;
        }

        private List<String> onlyByOpenSsl() {
            List<String> names = new ArrayList<>();
            if (ocspResponse != null) {
                names.add("OCSP response");
            }
            if (ticketRotation != null) {
                names.add("rotation of ticket keys");
            }
            return names;
        }

        /**
         * Loads the files.
         *
         * @throws IOException if a file cannot be used, with the reason
         * @throws IllegalStateException if OpenSSL cannot be used, but is wanted or needed by an option
         */
        public Tls build() throws IOException {
            if (source == null) {
                throw new IllegalStateException("no certificate (expected: pem or keyStore before build)");
            }
            return new Tls(this, new TlsFiles(source, clientRoots, clientRequired, versions, ocspResponse));
        }
    }
}
