package dev.sprocket.core.tls;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.List;

/**
 * Component that lets TLS negotiate its application protocol (ALPN, RFC 7301).
 *
 * <p>Implemented by the lowest component of a stack if it speaks several protocols.
 * {@code Tls.applicationProtocol(conn)} returns the negotiated one.
 */
@ThreadSafe
@FunctionalInterface
public interface AlpnProtocols {
    /** Returns the names registered with IANA, in order of preference: {@code h2}, {@code http/1.1}. */
    List<String> protocols();
}
