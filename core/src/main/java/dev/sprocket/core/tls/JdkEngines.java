package dev.sprocket.core.tls;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS by the JDK.
 *
 * <p>The keys of session tickets belong to the JDK's context, which rotates them every hour. A reload therefore
 * replaces the certificate in the same context.
 */
@ThreadSafe
final class JdkEngines implements TlsEngines {
    private final TlsSettings settings;
    private final ReloadableCertificate keys;
    private final SslContext context;

    private JdkEngines(TlsSettings settings, ReloadableCertificate keys, SslContext context) {
        this.settings = settings;
        this.keys = keys;
        this.context = context;
    }

    /** Creates engines, which accept tickets of the replaced ones if clients are verified alike. */
    static JdkEngines create(TlsSettings settings, @Nullable TlsEngines replaced) throws IOException {
        if (replaced instanceof JdkEngines former && settings.acceptsTicketsOf(former.settings)) {
            former.keys.replace(settings.credentials());
            return new JdkEngines(settings, former.keys, former.context);
        }
        ReloadableCertificate keys = new ReloadableCertificate(settings.credentials());
        SslContextBuilder builder = SslContextBuilder.forServer(keys).sslProvider(SslProvider.JDK);
        return new JdkEngines(settings, keys, settings.apply(builder).build());
    }

    @Override
    public SslHandler handler(ByteBufAllocator alloc, List<String> protocols) {
        SSLEngine engine = context.newEngine(alloc);
        if (!protocols.isEmpty()) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setApplicationProtocols(protocols.toArray(String[]::new));
            engine.setSSLParameters(parameters);
        }
        return new TlsHandler(engine);
    }

    @Override
    public Instant expiry() {
        return settings.expiry();
    }

    @Override
    public Tls.Provider provider() {
        return Tls.Provider.JDK;
    }
}
