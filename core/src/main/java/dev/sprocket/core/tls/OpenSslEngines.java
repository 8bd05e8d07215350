package dev.sprocket.core.tls;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS by OpenSSL, which is BoringSSL in netty-tcnative.
 *
 * <p>Native memory of a context is freed when no engine refers to it and these engines are not reachable any more. The
 * memory of a connection is freed when its handler leaves the pipeline.
 *
 * <p>Loaded only if {@link TlsProviders} found the library.
 */
@ThreadSafe
final class OpenSslEngines implements TlsEngines {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
    private static final Cleaner CLEANER = Cleaner.create();

    /** Longest lifetime of a ticket, in seconds (RFC 8446 4.6.1 allows seven days). */
    private static final long MAX_TICKET_LIFETIME = Duration.ofDays(1).toSeconds();

    private final TlsSettings settings;
    private final TicketKeys ticketKeys;
    private final @Nullable OcspResponse ocsp;
    private final AtomicBoolean ocspRejected = new AtomicBoolean();
    private final Contexts contexts = new Contexts();

    private OpenSslEngines(TlsSettings settings, TicketKeys ticketKeys, @Nullable OcspResponse ocsp) {
        this.settings = settings;
        this.ticketKeys = ticketKeys;
        this.ocsp = ocsp;
        CLEANER.register(this, contexts);
    }

    /**
     * Creates engines, which accept tickets of the replaced ones if clients are verified alike.
     *
     * @param keys keys of the tickets unless those of the replaced engines are taken over
     * @throws IOException if the certificate or key cannot be used
     */
    static OpenSslEngines create(
            TlsSettings settings, TicketKeys keys, @Nullable OcspResponse ocsp, @Nullable TlsEngines replaced)
            throws IOException {
        TicketKeys tickets = replaced instanceof OpenSslEngines former && settings.acceptsTicketsOf(former.settings)
                ? former.ticketKeys
                : keys;
        OpenSslEngines engines = new OpenSslEngines(settings, tickets, ocsp);
        try {
            engines.context(List.of());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        engines.usableOcsp();
        return engines;
    }

    /** Native contexts by application protocols. */
    private static final class Contexts implements Runnable {
        private final Map<List<String>, Context> byProtocols = new ConcurrentHashMap<>();

        /** Releases the contexts. Called by the cleaner. */
        @Override
        public void run() {
            byProtocols.values().forEach(context -> ReferenceCountUtil.release(context.ssl));
        }
    }

    /** Native context and the ticket keys that it uses. */
    private static final class Context {
        final SslContext ssl;
        private volatile List<OpenSslSessionTicketKey> applied = List.of();

        Context(SslContext ssl) {
            this.ssl = ssl;
        }

        void apply(TicketKeys keys) {
            if (keys.current() != applied) {
                synchronized (this) {
                    List<OpenSslSessionTicketKey> now = keys.current();
                    if (now != applied) {
                        ((OpenSslSessionContext) ssl.sessionContext())
                                .setTicketKeys(now.toArray(OpenSslSessionTicketKey[]::new));
                        applied = now;
                    }
                }
            }
        }
    }

    @CanIgnoreReturnValue
    private Context context(List<String> protocols) {
        return contexts.byProtocols.computeIfAbsent(protocols, this::create);
    }

    private Context create(List<String> protocols) {
        TlsKeyPair credentials = settings.credentials();
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(
                            credentials.key(), credentials.chain().toArray(X509Certificate[]::new))
                    .sslProvider(SslProvider.OPENSSL_REFCNT)
                    .enableOcsp(ocsp != null);
            if (!protocols.isEmpty()) {
                builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocols));
            }
            SslContext ssl = settings.apply(builder).build();
            OpenSslSessionContext sessions = (OpenSslSessionContext) ssl.sessionContext();
            // tickets hold the sessions, so the memory does not grow with the number of clients
            sessions.setSessionCacheEnabled(false);
            sessions.setSessionTimeout((int) Math.max(
                    1, Math.min(MAX_TICKET_LIFETIME, ticketKeys.ticketLifetime().toSeconds())));
            return new Context(ssl);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public SslHandler handler(ByteBufAllocator alloc, List<String> protocols) {
        SslHandler handler = contextHandler(alloc, protocols);
        OcspResponse staple = usableOcsp();
        if (staple != null) {
            ((ReferenceCountedOpenSslEngine) handler.engine()).setOcspResponse(staple.der());
        }
        return protocols.isEmpty()
                ? new OpenSslHandler(handler.engine())
                : new AlpnSslHandler(handler.engine(), protocols);
    }

    /** Creates a context's own handler, whose engine takes several records at a time. */
    private SslHandler contextHandler(ByteBufAllocator alloc, List<String> protocols) {
        try {
            Context context = context(protocols);
            context.apply(ticketKeys);
            return context.ssl.newHandler(alloc);
        } finally {
            // the engine holds the context from here on
            Reference.reachabilityFence(this);
        }
    }

    /** Returns the response to staple; null if there is none now. The first time, the reason is logged. */
    @CanIgnoreReturnValue
    private @Nullable OcspResponse usableOcsp() {
        if (ocsp == null) {
            return null;
        }
        String problem = ocsp.problemAt(Instant.now());
        if (problem == null) {
            return ocsp;
        }
        if (ocspRejected.compareAndSet(false, true)) {
            LOG.warn("OCSP response not stapled: file={} reason=\"{}\" (replace the file, then reload)", ocsp, problem);
        }
        return null;
    }

    @Override
    public Instant expiry() {
        return settings.expiry();
    }

    @Override
    public Tls.Provider provider() {
        return Tls.Provider.OPENSSL;
    }

    /** Returns why the library cannot be used; null if it can. */
    static @Nullable String unavailable() {
        Throwable cause = OpenSsl.unavailabilityCause();
        if (cause == null) {
            return null;
        }
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
