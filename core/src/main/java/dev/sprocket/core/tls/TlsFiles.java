package dev.sprocket.core.tls;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of a {@link Tls}, which may change.
 *
 * @param source certificate and key
 * @param clientRoots root certificates of clients; null to request no client certificate
 * @param versions TLS versions, such as {@code TLSv1.3}
 */
@ThreadSafe
record TlsFiles(Source source, @Nullable Path clientRoots, boolean clientRequired, List<String> versions) {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    /**
     * Cipher suites with forward secrecy and authenticated encryption (RFC 9325 4.2). Those that the platform lacks are
     * ignored.
     */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

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

    SslContext load() throws IOException {
        TlsKeyPair credentials = source.load();
        SslContextBuilder builder = SslContextBuilder.forServer(
                        credentials.key(), credentials.chain().toArray(X509Certificate[]::new))
                .sslProvider(SslProvider.JDK)
                .protocols(versions)
                .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE);
        if (clientRoots != null) {
            builder.trustManager(TlsKeyPair.certificates(clientRoots).toArray(X509Certificate[]::new))
                    .clientAuth(clientRequired ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        }
        SslContext context = builder.build();
        logCertificate(credentials.chain().get(0));
        return context;
    }

    private void logCertificate(X509Certificate certificate) {
        String subject = certificate.getSubjectX500Principal().getName();
        Date now = new Date();
        if (now.after(certificate.getNotAfter()) || now.before(certificate.getNotBefore())) {
            LOG.warn(
                    "TLS certificate not valid now, clients will reject it: file={} subject=\"{}\" notBefore={}"
                            + " notAfter={} (renew it, then reload)",
                    source,
                    subject,
                    certificate.getNotBefore().toInstant(),
                    certificate.getNotAfter().toInstant());
        } else {
            LOG.info(
                    "TLS certificate loaded: file={} subject=\"{}\" notAfter={}",
                    source,
                    subject,
                    certificate.getNotAfter().toInstant());
        }
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
