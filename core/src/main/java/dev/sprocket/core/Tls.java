package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves TLS 1.3 and 1.2 with a certificate, which can be exchanged while the server runs:
 *
 * <pre>{@code
 * Tls tls = Tls.pem(Path.of("fullchain.pem"), Path.of("privkey.pem"));
 * IoServer.builder(app).bind("0.0.0.0", 443).tls(tls).build().start();
 * …
 * tls.reload();
 * }</pre>
 */
@ThreadSafe
public final class Tls {
    static final AttributeKey<SSLEngine> ENGINE = AttributeKey.of("TLS engine", "is this connection encrypted?");

    /** The versions that are served unless told otherwise (RFC 9325 3.1.1), and all that can be. */
    static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    private final TlsFiles files;
    private final List<String> protocols;
    private final Duration handshakeLimit;
    private volatile SslContext context;

    Tls(TlsFiles files, List<String> protocols, Duration handshakeLimit) throws IOException {
        this.files = files;
        this.protocols = protocols;
        this.handshakeLimit = handshakeLimit;
        this.context = files.load();
    }

    /**
     * With a certificate from PEM files.
     *
     * @param chain the server's certificate first, then those that lead from it to a root
     * @param key its private key (PKCS #8, PKCS #1 or SEC 1); may be the same file
     * @throws IOException if a file cannot be used, with the reason
     */
    public static Tls pem(Path chain, Path key) throws IOException {
        return builder().pem(chain, key).build();
    }

    /** With the first private key in a key store (PKCS #12 or JKS) and its certificate. */
    public static Tls keyStore(Path file, String password) throws IOException {
        return builder().keyStore(file, password).build();
    }

    /** For a key with a passphrase, client certificates, versions of TLS, protocols to negotiate. */
    public static TlsBuilder builder() {
        return new TlsBuilder();
    }

    /**
     * Reads the files again; connections from now on get what is in them, those that are open go on as they are.
     *
     * @throws IOException if a file cannot be used, with the reason, which is also logged; what was in use stays in use
     */
    public synchronized void reload() throws IOException {
        try {
            context = files.load();
        } catch (IOException e) {
            LOG.warn("TLS goes on with the certificate it has: {}", e.getMessage());
            throw e;
        }
    }

    /** The application protocol that was negotiated (ALPN, RFC 7301), such as {@code h2}; empty if none was, or no TLS. */
    public static Optional<String> applicationProtocol(Connection conn) {
        return ENGINE.find(conn).map(SSLEngine::getApplicationProtocol).filter(name -> !name.isEmpty());
    }

    /** The certificate that the client proved to own; empty if it sent none, or no TLS. */
    public static Optional<X509Certificate> peerCertificate(Connection conn) {
        return session(conn).flatMap(Tls::certificate);
    }

    /** The TLS session of a connection; empty if it is not encrypted. */
    public static Optional<SSLSession> session(Connection conn) {
        return ENGINE.find(conn).map(SSLEngine::getSession);
    }

    private static Optional<X509Certificate> certificate(SSLSession session) {
        try {
            return Optional.of((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException none) {
            return Optional.empty();
        }
    }

    Duration handshakeTimeout() {
        return handshakeLimit;
    }

    /** The handlers' part for one connection, with what the stack offers unless something else was said. */
    SslHandler handler(ByteBufAllocator alloc, List<String> offered) {
        SSLEngine engine = context.newEngine(alloc);
        List<String> names = protocols.isEmpty() ? offered : protocols;
        if (!names.isEmpty()) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setApplicationProtocols(names.toArray(String[]::new));
            engine.setSSLParameters(parameters);
        }
        SslHandler handler = new SslHandler(engine);
        // a sweep sees to the limit
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    /** Why a handshake failed. */
    static String reason(Throwable cause) {
        if (cause instanceof NotSslRecordException) {
            // Netty's message is all that was sent, in hex
            return "no TLS (expected: https:// or wss://)";
        }
        if (cause instanceof ClosedChannelException) {
            return "the peer left";
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    @Override
    public String toString() {
        return "TLS with " + files;
    }
}
