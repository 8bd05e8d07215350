package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.log.AccessRecord;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/** Converts requests for access logs. */
@ThreadSafe
final class AccessLines {
    /** Status of a request whose client closed before the response, as in nginx. */
    static final int CLIENT_CLOSED = 499;

    private AccessLines() {}

    /** Returns the request line and the headers of a request; null for none. */
    static AccessRecord.@Nullable Request request(@Nullable HttpRequest request) {
        return request == null
                ? null
                : new AccessRecord.Request(
                        request.method(),
                        request.target(),
                        request.version(),
                        new AccessRecord.Headers(
                                request.header("Referer").orElse(null),
                                request.header("User-Agent").orElse(null),
                                request.header("Host").orElse(null),
                                request.header("traceparent").orElse(null)));
    }

    /**
     * Returns the address of a client, without port.
     *
     * @param forwarded address that a trusted proxy has sent; null without one
     */
    static String peer(@Nullable String forwarded, SocketAddress remote) {
        if (forwarded != null) {
            return withoutPort(forwarded);
        }
        if (remote instanceof InetSocketAddress inet) {
            return inet.getAddress() == null
                    ? inet.getHostString()
                    : withoutZone(inet.getAddress().getHostAddress());
        }
        return remote instanceof UnixDomainSocketAddress ? "unix:" : String.valueOf(remote);
    }

    private static String withoutPort(String address) {
        if (address.startsWith("[")) {
            return address.substring(1, address.indexOf(']'));
        }
        int colon = address.lastIndexOf(':');
        boolean port = colon > 0 && address.indexOf(':') == colon;
        return port ? address.substring(0, colon) : address;
    }

    private static String withoutZone(String address) {
        int zone = address.indexOf('%');
        return zone < 0 ? address : address.substring(0, zone);
    }
}
