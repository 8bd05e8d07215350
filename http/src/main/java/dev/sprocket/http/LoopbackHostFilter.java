package dev.sprocket.http;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.ProxyProtocol;
import dev.sprocket.core.spi.SafeText;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Locale;

/**
 * Refuses requests to a loopback address that name another host, with 403.
 *
 * <p>For components that need no secret because only this machine reaches them: a web page can have the name of its own
 * host resolve to 127.0.0.1 (DNS rebinding), and is then of the same origin. Hosts that are let through are {@code
 * localhost}, names below it, loopback addresses, and hosts of a {@link Router#host} around it. Only clients at a loopback
 * address are looked at, and not those that a {@linkplain TrustedProxies trusted proxy} or the PROXY protocol names.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class LoopbackHostFilter extends ForwardingComponent<HttpConnection, Message>
        implements RequestHeadListener {
    private static final byte LOOPBACK_FIRST_OCTET = 127;

    private final AttributeKey<Boolean> passed =
            AttributeKey.of("loopback host", "did LoopbackHostFilter let it pass?");

    /** Around a component without a secret. */
    public LoopbackHostFilter(MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(BodyAggregator.wrapIfNeeded(inner));
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        HttpRequest request = HttpRequest.of(conn);
        if (isRebound(conn, request)) {
            conn.respond(HttpResponse.errorWithReason(
                    403,
                    "Host: " + SafeText.excerpt(request.host())
                            + " from a loopback address (expected: localhost or a loopback address; or a secret; or,"
                            + " behind a proxy on this machine, trusted-proxies around it)"));
        } else {
            passed.set(conn, true);
            super.onOpen(conn);
        }
    }

    @Override
    public void onClose(HttpConnection conn) throws Exception {
        if (passed.peek(conn) != null) {
            super.onClose(conn);
        }
    }

    /** Whether a client of this machine, and not a proxy of it, named a host that is neither a loopback name nor a route's. */
    static boolean isRebound(Connection conn, HttpRequest request) {
        return isLoopback(conn.remoteAddress())
                && !isLoopback(request.host())
                && !TrustedProxies.isForwarded(conn)
                && ProxyProtocol.proxyAddress(conn).isEmpty()
                && !Router.isHostRouted(conn);
    }

    /** Why an origin check refuses such a request. */
    static String rejectionReason(HttpRequest request) {
        return "Host: " + SafeText.excerpt(request.host())
                + " from a loopback address, as after DNS rebinding (expected: localhost; or name the site in"
                + " origin-check { allow = [...] }, in Java in App.at or Origins.and; or, behind a proxy on this"
                + " machine, put trusted-proxies before origin-check, or set proxy-protocol)";
    }

    private static boolean isLoopback(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && inet.getAddress().isLoopbackAddress();
    }

    /** Whether this is a name or an address of this machine alone; also true for none at all. */
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
            // an IPv4 address within an IPv6 one is that IPv4 address
            return java.net.InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
