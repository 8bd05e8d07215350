package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.List;

/**
 * A component at the bottom of a stack that speaks more than one protocol, and lets TLS negotiate which (ALPN, RFC 7301).
 * What was chosen for a connection is {@code Tls.protocol(conn)}.
 */
@ThreadSafe
@FunctionalInterface
public interface AlpnProtocols {
    /** The names as IANA registers them, the preferred one first: {@code h2}, {@code http/1.1}. */
    List<String> protocols();
}
