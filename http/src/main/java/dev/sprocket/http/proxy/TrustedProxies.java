package dev.sprocket.http.proxy;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.net.AddressText;
import dev.sprocket.core.internal.net.PeerSet;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpGuard;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.internal.exchange.ExchangeControl;
import dev.sprocket.http.internal.syntax.Authority;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads address, scheme and host of the client from headers of trusted proxies.
 *
 * <p>In the components above, {@code remoteAddress()} returns the address of the client, and {@link
 * HttpRequest#scheme()} and {@link HttpRequest#host()} return the values that the client used. Headers of untrusted
 * peers are ignored.
 *
 * <p>Only one family of headers is read, {@code X-Forwarded-*} by default, and the other is ignored: most proxies set
 * one and pass on the other as the client sent it. The proxy must set or clear each header of its family; see {@code
 * docs/deploy}.
 *
 * <p>Elements are evaluated from the nearest proxy on, as long as the sender is trusted: the first address that is not
 * a trusted proxy is the client. An invalid header is answered with 400.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class TrustedProxies extends HttpGuard {
    private static final PeerLog LOG = PeerLog.of(TrustedProxies.class);
    private static final String UNIX = "unix:";
    /** Maps forwarded schemes; Traefik and others send {@code ws} and {@code wss} for WebSockets. */
    private static final Map<String, String> SCHEMES =
            Map.of("http", "http", "https", "https", "ws", "http", "wss", "https");

    /** Set on connections for which a trusted proxy described the client. */
    private static final AttributeKey<Boolean> FORWARDED_REQUEST =
            AttributeKey.of("trusted proxy", "did the request come through one?");

    private final AttributeKey<HttpConnection> key =
            AttributeKey.of("connection through a proxy", "did TrustedProxies admit the request?");
    private final PeerSet trusted;
    private final Headers headers;
    private final MessageComponent<? super HttpConnection, ? super Message> inner;

    /**
     * Trusts the {@code X-Forwarded-*} headers of proxies at some addresses or ranges.
     *
     * <p>Ranges are written as {@code 10.0.0.0/8}; {@code unix} trusts proxies that connect through a Unix domain
     * socket. Throws {@link IllegalArgumentException} for an invalid address.
     */
    public TrustedProxies(List<String> trusted, MessageComponent<? super HttpConnection, ? super Message> inner) {
        this(PeerSet.of(trusted), Headers.X_FORWARDED, inner);
    }

    private TrustedProxies(
            PeerSet trusted, Headers headers, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(inner);
        this.trusted = trusted;
        this.headers = headers;
        this.inner = inner;
    }

    /** Returns a copy that trusts another family of headers. Default: {@code X-Forwarded-*}. */
    public TrustedProxies headers(Headers family) {
        return new TrustedProxies(trusted, family, inner);
    }

    @Override
    protected Optional<HttpResponse> admit(HttpConnection conn) {
        HttpRequest request = HttpRequest.of(conn);
        HttpConnection resolved = conn;
        if (isTrusted(conn.remoteAddress())) {
            try {
                resolved = resolve(conn, request);
            } catch (IllegalArgumentException e) {
                return Optional.of(HttpResponse.error(400, String.valueOf(e.getMessage())));
            }
        } else if (request.header("Forwarded").isPresent()
                || request.header("X-Forwarded-For").isPresent()) {
            LOG.debug("forwarded headers of untrusted peer ignored: peer={} trusted={}", conn, trusted);
        }
        key.set(conn, resolved);
        return Optional.empty();
    }

    private HttpConnection resolve(HttpConnection conn, HttpRequest request) {
        List<ForwardedElement> elements = ForwardedElement.parse(request, headers);
        SocketAddress client = conn.remoteAddress();
        ForwardedElement farthest = null;
        for (int i = elements.size() - 1; i >= 0 && isTrusted(client); i--) {
            farthest = elements.get(i);
            Optional<InetSocketAddress> next = farthest.client().flatMap(TrustedProxies::address);
            if (next.isEmpty() && farthest.client().filter(UNIX::equals).isPresent() && trusted.containsUnix()) {
                // nginx writes this for a peer that connected through a Unix domain socket
                continue;
            }
            if (next.isEmpty()) {
                // "unknown" or an obfuscated name (RFC 7239 6.2, 6.3): elements beyond it are not trusted
                break;
            }
            client = next.get();
        }
        if (farthest == null) {
            return conn;
        }
        FORWARDED_REQUEST.set(conn, true);
        HttpRequest.set(
                conn,
                request.forwarded(
                        scheme(farthest.scheme(), request),
                        host(farthest.host()).orElse(request.header("Host").orElse(""))));
        if (client.equals(conn.remoteAddress())) {
            return conn;
        }
        ExchangeControl.of(conn).setClientAddress(format(client));
        return new ForwardedConnection(conn, client);
    }

    /** Reports whether a trusted proxy is the peer, and described the client. */
    public static boolean isForwarded(Connection conn) {
        return FORWARDED_REQUEST.find(conn).isPresent();
    }

    private boolean isTrusted(SocketAddress address) {
        return trusted.contains(address);
    }

    private static String scheme(Optional<String> forwarded, HttpRequest request) {
        String name = forwarded.orElse(request.scheme()).toLowerCase(Locale.ROOT);
        String scheme = SCHEMES.get(name);
        if (scheme == null) {
            throw new IllegalArgumentException(
                    "forwarded scheme: " + SafeText.excerpt(name) + " (expected: http, https, ws or wss)");
        }
        return scheme;
    }

    private static Optional<String> host(Optional<String> forwarded) {
        if (forwarded.isPresent() && Authority.parse(forwarded.get()).isEmpty()) {
            throw new IllegalArgumentException(
                    "forwarded host: " + SafeText.excerpt(forwarded.get()) + " (expected: a host with optional port)");
        }
        return forwarded;
    }

    /** Parses an address with optional port; empty for a name, which is not resolved. */
    private static Optional<InetSocketAddress> address(String node) {
        int port = 0;
        String host = node;
        int colon = node.indexOf(':', Math.max(0, node.indexOf(']')));
        if (colon >= 0 && (node.startsWith("[") || node.indexOf(':') == node.lastIndexOf(':'))) {
            host = node.substring(0, colon);
            String digits = node.substring(colon + 1);
            // an obfuscated port (RFC 7239 6.4) is not a number
            port = digits.matches("[0-9]{1,5}") ? Math.min(65535, Integer.parseInt(digits)) : 0;
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        return Optional.ofNullable(bytes == null ? null : new InetSocketAddress(of(bytes), port));
    }

    private static @Nullable InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String format(SocketAddress client) {
        if (client instanceof InetSocketAddress inet && inet.getAddress() != null) {
            return inet.getPort() == 0 ? inet.getAddress().getHostAddress() : AddressText.of(inet);
        }
        return client.toString();
    }

    @Override
    protected void onOpen(HttpConnection conn, MessageComponent<? super HttpConnection, ? super Message> inner)
            throws Exception {
        super.onOpen(key.get(conn), inner);
    }

    /** Returns the component inside: only the connection changes here, not its bytes. */
    @Override
    public Optional<Component<?>> passesTo(Connection conn) {
        return key.find(conn).isEmpty() ? Optional.empty() : delegate();
    }

    @Override
    protected void onMessage(
            HttpConnection from, Message message, MessageComponent<? super HttpConnection, ? super Message> inner)
            throws Exception {
        super.onMessage(key.get(from), message, inner);
    }

    @Override
    protected void onClose(HttpConnection conn, MessageComponent<? super HttpConnection, ? super Message> inner)
            throws Exception {
        super.onClose(key.get(conn), inner);
    }

    @Override
    protected void onError(
            HttpConnection conn, Throwable cause, MessageComponent<? super HttpConnection, ? super Message> inner)
            throws Exception {
        super.onError(key.get(conn), cause, inner);
    }

    /**
     * Family of headers by which proxies describe the client.
     *
     * <p>A proxy that sets one family usually passes the other on as the client sent it, so {@link TrustedProxies}
     * reads one and ignores the other.
     */
    public enum Headers {
        /** {@code X-Forwarded-For}, {@code X-Forwarded-Proto} and {@code X-Forwarded-Host}. */
        X_FORWARDED,
        /** {@code Forwarded} (RFC 7239). */
        FORWARDED
    }
}
