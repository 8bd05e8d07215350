package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.http.internal.syntax.Authority;
import dev.sprocket.http.internal.syntax.PercentDecoder;
import dev.sprocket.http.proxy.TrustedProxies;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Request of a client: method, target, headers and body.
 *
 * <p>The body is valid until the {@code onClose} of the {@link HttpConnection}, or until the connection is upgraded.
 */
@ThreadSafe
public final class HttpRequest {
    private static final AttributeKey<HttpRequest> KEY =
            AttributeKey.of("HTTP request", "is HttpServer below this component?");

    private final String method;
    private final String version;
    private final RequestHead head;
    private final RequestBody body;
    private final Map<String, String> pathParameters;
    private final String scheme;

    private HttpRequest(
            String method,
            String version,
            RequestHead head,
            RequestBody body,
            Map<String, String> pathParameters,
            String scheme) {
        this.scheme = scheme;
        this.method = method;
        this.version = version;
        this.head = head;
        this.body = body;
        this.pathParameters = pathParameters;
    }

    /**
     * Returns a received request. The host of an absolute target overrides the {@code Host} header (RFC 9112 3.2.2).
     */
    static HttpRequest of(io.netty.handler.codec.http.HttpRequest head, ByteBuf body, String scheme) {
        return of(head, body.isReadable() ? new RequestBody(BorrowedMessages.binary(body)) : RequestBody.NONE, scheme);
    }

    /** Returns a request whose body is {@linkplain #setBody set} later. */
    static HttpRequest ofHead(io.netty.handler.codec.http.HttpRequest head, String scheme) {
        return of(head, new RequestBody(null), scheme);
    }

    private static HttpRequest of(io.netty.handler.codec.http.HttpRequest head, RequestBody body, String scheme) {
        String authority = RequestValidator.absoluteAuthority(head.uri());
        if (authority != null) {
            head.headers().set("Host", authority);
        }
        return new HttpRequest(
                head.method().name(),
                head.protocolVersion().text(),
                new RequestHead(originForm(head.uri()), head.headers()),
                body,
                Map.of(),
                scheme);
    }

    /** Reports whether the request is a CORS preflight (Fetch standard, 3.2.2). */
    public boolean isPreflight() {
        return method().equals("OPTIONS")
                && header("Origin").isPresent()
                && header("Access-Control-Request-Method").isPresent();
    }

    /** Returns a copy with additional path parameters, for components that dispatch by path. */
    public HttpRequest pathParameters(Map<String, String> parameters) {
        Map<String, String> all = new HashMap<>(pathParameters);
        all.putAll(parameters);
        return new HttpRequest(method, version, head, body, Map.copyOf(all), scheme);
    }

    /** Returns a copy with the scheme and host that the client sent to a proxy. */
    public HttpRequest forwarded(String originalScheme, String originalHost) {
        HttpHeaders original = head.headers().copy().set("Host", originalHost);
        return new HttpRequest(
                method, version, new RequestHead(target(), original), body, pathParameters, originalScheme);
    }

    /** Sets the complete body, for this request and all copies of it. */
    void setBody(Message complete) {
        if (!body.isPresent()) {
            body.set(complete);
        }
    }

    /** Packs the head to save memory on long-lived connections. */
    void pack() {
        head.pack();
    }

    /**
     * Replaces the request of a connection, for the components above.
     *
     * <p>For components that complete a request, as {@code Router} does by path parameters.
     */
    public static void set(Connection conn, HttpRequest request) {
        KEY.set(conn, request);
    }

    /** Returns the request that opened a connection, at any layer above HTTP. */
    public static HttpRequest of(Connection conn) {
        return KEY.get(conn);
    }

    /** Returns the request that opened a connection; empty if there is no HTTP layer below. */
    public static Optional<HttpRequest> find(Connection conn) {
        return KEY.find(conn);
    }

    /** Converts an absolute target {@code http://host/path} to {@code /path} (RFC 9112 3.2.2). */
    private static String originForm(String target) {
        int scheme = target.indexOf("://");
        if (scheme < 0 || target.startsWith("/")) {
            return target;
        }
        int query = target.indexOf('?', scheme + 3);
        int slash = target.indexOf('/', scheme + 3);
        if (slash >= 0 && (query < 0 || slash < query)) {
            return target.substring(slash);
        }
        return query < 0 ? "/" : "/" + target.substring(query);
    }

    /** Returns the method, as sent (case-sensitive). */
    public String method() {
        return method;
    }

    /** Returns the scheme used by the client: {@code http} or {@code https}; see {@link TrustedProxies}. */
    public String scheme() {
        return scheme;
    }

    /** Returns the requested host, in lower case and without port. Empty if the request has none, as in HTTP/1.0. */
    public String host() {
        return header("Host").flatMap(Authority::parse).map(Authority::host).orElse("");
    }

    /** Returns path and query, as sent. */
    public String target() {
        return head.target();
    }

    /** Returns the path, as sent, before percent-decoding. */
    public String path() {
        String target = target();
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** Returns the decoded value of a path parameter of the route. */
    public Optional<String> pathParameter(String name) {
        return Optional.ofNullable(pathParameters.get(name));
    }

    /**
     * Returns the first value of a query parameter, decoded.
     *
     * <p>Path parameters are not included. Throws {@link RejectedException}, which is answered with 400, for a percent
     * sign without two hex digits.
     */
    public Optional<String> queryParameter(String name) {
        return queryParameters(name).stream().findFirst();
    }

    /** Returns all values of a query parameter, decoded; see {@link #queryParameter}. */
    public List<String> queryParameters(String name) {
        String target = target();
        int start = target.indexOf('?') + 1;
        if (start == 0) {
            return List.of();
        }
        List<String> values = new ArrayList<>();
        for (String pair : target.substring(start).split("[&;]")) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (!key.isEmpty() && decode(key).equals(name)) {
                values.add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return List.copyOf(values);
    }

    private static String decode(String text) {
        try {
            return PercentDecoder.decodeQuery(text);
        } catch (IllegalArgumentException e) {
            throw RejectedException.malformed("query: " + e.getMessage());
        }
    }

    /** Returns {@code HTTP/1.1}, {@code HTTP/1.0} or {@code HTTP/2.0}. */
    public String version() {
        return version;
    }

    /** Returns the first header with the given name (case-insensitive). */
    public Optional<String> header(String name) {
        return Optional.ofNullable(head.headers().get(name));
    }

    /** Returns all headers with the given name (case-insensitive), in the order sent. */
    public List<String> headers(String name) {
        return head.headers().getAll(name);
    }

    /** Reports whether a comma-separated header contains an item (both case-insensitive). */
    public boolean headerContains(String header, String item) {
        return head.headers().containsValue(header, item, true);
    }

    /** Reports whether this is an extended CONNECT of HTTP/2 (RFC 8441). A 200 response would accept it. */
    public boolean isTunnel() {
        return version.equals("HTTP/2.0") && header("Upgrade").isPresent();
    }

    /** Reports whether the client requests an upgrade to a protocol (RFC 9110 7.8). */
    public boolean wantsUpgradeTo(String protocol) {
        return headerContains("Upgrade", protocol);
    }

    /**
     * Returns the complete body; empty if the request has none.
     *
     * <p>Valid until the request is finished; {@link Message#copy} copies it for later use. Throws {@link
     * IllegalStateException} in a {@link RequestHeadListener} before the body has arrived.
     */
    public Message body() {
        return body.get();
    }

    /** Returns method and path, for logs. The query is omitted because it may contain secrets. */
    @Override
    public String toString() {
        return method + " " + SafeText.excerpt(path()) + (target().indexOf('?') < 0 ? "" : "?…");
    }
}
