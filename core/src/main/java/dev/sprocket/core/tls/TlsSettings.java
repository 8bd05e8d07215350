package dev.sprocket.core.tls;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * Loaded settings that all providers have.
 *
 * @param clientRoots root certificates of clients; empty to request no client certificate
 * @param versions TLS versions, such as {@code TLSv1.3}
 */
@ThreadSafe
record TlsSettings(
        TlsKeyPair credentials, List<X509Certificate> clientRoots, boolean clientRequired, List<String> versions) {
    Instant expiry() {
        return credentials.chain().get(0).getNotAfter().toInstant();
    }

    SslContextBuilder apply(SslContextBuilder builder) {
        builder.protocols(versions).ciphers(TlsEngines.CIPHERS, SupportedCipherSuiteFilter.INSTANCE);
        if (!clientRoots.isEmpty()) {
            builder.trustManager(clientRoots.toArray(X509Certificate[]::new))
                    .clientAuth(clientRequired ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        }
        return builder;
    }

    /**
     * Reports whether a ticket from a connection with the other settings may resume a session.
     *
     * <p>False if they verify clients differently: a ticket states that its client was verified.
     */
    boolean acceptsTicketsOf(TlsSettings other) {
        return clientRoots.equals(other.clientRoots)
                && clientRequired == other.clientRequired
                && versions.equals(other.versions);
    }
}
