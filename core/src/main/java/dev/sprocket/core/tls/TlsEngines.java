package dev.sprocket.core.tls;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.time.Instant;
import java.util.List;

/** Creates TLS handlers by one provider, with one certificate. */
@ThreadSafe
interface TlsEngines {
    /**
     * Cipher suites with forward secrecy and authenticated encryption (RFC 9325 4.2). Those that the provider lacks are
     * ignored.
     */
    List<String> CIPHERS = List.of(
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
     * Creates the handler of one connection.
     *
     * @param protocols application protocols in order of preference, from which the client's ones are selected; empty
     *     to negotiate none
     */
    SslHandler handler(ByteBufAllocator alloc, List<String> protocols);

    /** Returns the time at which the certificate expires. */
    Instant expiry();

    /** Returns the provider, which is not {@code AUTO}. */
    Tls.Provider provider();
}
