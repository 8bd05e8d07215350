package dev.sprocket.http.internal.loopback;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpGuard;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.proxy.TrustedProxies;
import dev.sprocket.http.route.Router;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * Rejects requests to a loopback address that name a foreign host, with 403.
 *
 * <p>Protects components without authentication, which only the local machine can reach, from DNS rebinding: a web page
 * can make its host name resolve to 127.0.0.1, and is then of the same origin. Allowed hosts are {@code localhost} and
 * its subdomains, loopback addresses, and hosts of an outer {@link Router#host}. Only clients at a loopback address are
 * checked, except those that a {@linkplain TrustedProxies trusted proxy} or the PROXY protocol describes.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class LoopbackHostFilter extends HttpGuard {
    private static final byte LOOPBACK_FIRST_OCTET = 127;

    /** Filters requests of a component without authentication. */
    public LoopbackHostFilter(MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(inner);
    }

    @Override
    protected Optional<HttpResponse> admit(HttpConnection conn) {
        HttpRequest request = HttpRequest.of(conn);
        if (!isRebound(conn, request)) {
            return Optional.empty();
        }
        return Optional.of(HttpResponse.errorWithReason(
                403,
                "Host: " + SafeText.excerpt(request.host())
                        + " from a loopback address (expected: localhost or a loopback address; or a secret; or,"
                        + " behind a proxy on this machine, trusted-proxies around it)"));
    }

    /** Reports whether a local client, not a proxy, requested an unknown foreign host. */
    public static boolean isRebound(Connection conn, HttpRequest request) {
        return isLoopback(conn.remoteAddress())
                && !isLoopback(request.host())
                && !TrustedProxies.isForwarded(conn)
                && IoServer.proxyAddress(conn).isEmpty()
                && !Router.isHostRouted(conn);
    }

    /** Returns the reason for which an origin filter rejects such a request. */
    public static String rejectionReason(HttpRequest request) {
        return "Host: " + SafeText.excerpt(request.host())
                + " from a loopback address, possibly DNS rebinding (expected: localhost; or add the host to"
                + " origin-check { allow = [...] }, in Java App.site or Origins.and; or, behind a proxy on this"
                + " machine, put trusted-proxies before origin-check, or set proxy-protocol)";
    }

    private static boolean isLoopback(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && inet.getAddress().isLoopbackAddress();
    }

    /** Reports whether a host is a loopback name or address, or empty. */
    static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        } else if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        if (name.isEmpty() || name.equals("localhost") || name.endsWith(".localhost")) {
            return true;
        }
        byte[] address = NetUtil.createByteArrayFromIpAddressString(name);
        if (address == null) {
            return false;
        }
        if (address.length == 4) {
            return address[0] == LOOPBACK_FIRST_OCTET;
        }
        try {
            // an IPv4-mapped IPv6 address becomes the IPv4 address
            return java.net.InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
