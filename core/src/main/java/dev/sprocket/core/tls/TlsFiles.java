package dev.sprocket.core.tls;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of a {@link Tls}, which may change.
 *
 * @param source certificate and key
 * @param clientRoots root certificates of clients; null to request no client certificate
 * @param versions TLS versions, such as {@code TLSv1.3}
 * @param ocspResponse response to staple; null without
 */
@ThreadSafe
record TlsFiles(
        Source source,
        @Nullable Path clientRoots,
        boolean clientRequired,
        List<String> versions,
        @Nullable Path ocspResponse) {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    /**
     * Certificate chain and its key.
     *
     * @param certificates PEM file, or a key store if there is no key
     */
    record Source(Path certificates, @Nullable Path key, @Nullable String password) {
        TlsKeyPair load() throws IOException {
            return key == null
                    ? TlsKeyPair.keyStore(certificates, password == null ? "" : password)
                    : TlsKeyPair.pem(certificates, key, password);
        }

        /** Returns the file, without the password. */
        @Override
        public String toString() {
            return certificates.toString();
        }
    }

    /**
     * Loads all files.
     *
     * @param replaced current engines, which stay in use if this fails; null without
     * @throws IOException if a file cannot be used, with the reason
     * @throws IllegalStateException if no provider can be used
     */
    TlsEngines load(TlsProviders providers, Supplier<TicketKeys> ticketKeys, @Nullable TlsEngines replaced)
            throws IOException {
        TlsKeyPair credentials = source.load();
        TlsSettings settings = new TlsSettings(
                credentials,
                clientRoots == null ? List.of() : TlsKeyPair.certificates(clientRoots),
                clientRequired,
                versions);
        Tls.Provider provider = providers.select(credentials.key().getAlgorithm());
        TlsEngines engines;
        if (provider == Tls.Provider.OPENSSL) {
            OcspResponse ocsp = ocspResponse == null ? null : OcspResponse.read(ocspResponse, credentials.chain());
            engines = OpenSslEngines.create(settings, ticketKeys.get(), ocsp, replaced);
        } else {
            engines = JdkEngines.create(settings, replaced);
            if (providers.wanted() == Tls.Provider.AUTO) {
                LOG.debug(
                        "TLS by OpenSSL not available: cause=\"{}\" key={}",
                        providers.unavailable(),
                        credentials.key().getAlgorithm());
            }
        }
        logCertificate(credentials.chain().get(0), provider);
        return engines;
    }

    private void logCertificate(X509Certificate certificate, Tls.Provider provider) {
        String subject = certificate.getSubjectX500Principal().getName();
        Date now = new Date();
        if (now.after(certificate.getNotAfter()) || now.before(certificate.getNotBefore())) {
            LOG.warn(
                    "TLS certificate not valid now, clients will reject it: file={} subject=\"{}\" notBefore={}"
                            + " notAfter={} tls={} (renew it, then reload)",
                    source,
                    subject,
                    certificate.getNotBefore().toInstant(),
                    certificate.getNotAfter().toInstant(),
                    provider);
        } else {
            LOG.info(
                    "TLS certificate loaded: file={} subject=\"{}\" notAfter={} tls={}",
                    source,
                    subject,
                    certificate.getNotAfter().toInstant(),
                    provider);
        }
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
