package dev.sprocket.http.proxy;

/**
 * Family of headers by which proxies describe the client.
 *
 * <p>A proxy that sets one family usually passes the other on as the client sent it, so {@link TrustedProxies} reads
 * one and ignores the other.
 */
public enum ForwardedHeaders {
    /** {@code X-Forwarded-For}, {@code X-Forwarded-Proto} and {@code X-Forwarded-Host}. */
    X_FORWARDED,
    /** {@code Forwarded} (RFC 7239). */
    FORWARDED
}
