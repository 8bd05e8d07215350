package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.RejectedException;
import dev.sprocket.core.spi.SafeText;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request: what the client asked for.
 *
 * <p>Its body is valid until the {@code onClose} of its {@link HttpConnection}, or until that is upgraded.
 */
@ThreadSafe
public final class HttpRequest {
    static final AttributeKey<HttpRequest> KEY = AttributeKey.of("HTTP request", "is HttpServer below this component?");

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

    /** What was received; the host of an absolute target counts, and not the header (RFC 9112 3.2.2). */
    static HttpRequest of(io.netty.handler.codec.http.HttpRequest head, ByteBuf body, String scheme) {
        return of(head, body.isReadable() ? new RequestBody(BorrowedMessages.binary(body)) : RequestBody.NONE, scheme);
    }

    /** A request whose body {@linkplain #setBody arrives} later. */
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

    /** The same with parameters of its path besides those that it has. */
    HttpRequest withPathParameters(Map<String, String> parameters) {
        Map<String, String> all = new HashMap<>(pathParameters);
        all.putAll(parameters);
        return new HttpRequest(method, version, head, body, Map.copyOf(all), scheme);
    }

    /** The same as the client sent it to a proxy. */
    HttpRequest withForwarded(String originalScheme, String originalHost) {
        HttpHeaders original = head.headers().copy().set("Host", originalHost);
        return new HttpRequest(
                method, version, new RequestHead(target(), original), body, pathParameters, originalScheme);
    }

    /** Its body is whole, for all that was derived from it, too. */
    void setBody(Message whole) {
        if (!body.isPresent()) {
            body.set(whole);
        }
    }

    /** It was answered, and will be asked for little more, for a long time. */
    void pack() {
        head.pack();
    }

    /** The request that a connection began with, at any level above HTTP. */
    public static HttpRequest of(Connection conn) {
        return KEY.get(conn);
    }

    /** As above; empty where there is no HTTP. */
    public static Optional<HttpRequest> find(Connection conn) {
        return KEY.find(conn);
    }

    /** {@code http://host/path} becomes {@code /path} (RFC 9112 3.2.2). */
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

    /** The method, in upper case as sent. */
    public String method() {
        return method;
    }

    /** {@code http} or {@code https}: what the client used, as far as it is known here (see {@link TrustedProxies}). */
    public String scheme() {
        return scheme;
    }

    /** The host that the client named, in lower case and without a port; empty if it named none, as in HTTP/1.0. */
    public String host() {
        return header("Host").flatMap(Authority::parse).map(Authority::host).orElse("");
    }

    /** Path and query, as sent. */
    public String target() {
        return head.target();
    }

    /** The path, as sent, before percent-decoding. */
    public String path() {
        String target = target();
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The part of the path that the route calls by this name, decoded. */
    public Optional<String> pathParameter(String name) {
        return Optional.ofNullable(pathParameters.get(name));
    }

    /**
     * The first value of a query parameter, decoded; never a part of the path. A percent sign without two hex digits behind it
     * is a {@link RejectedException}, which answers 400.
     */
    public Optional<String> queryParameter(String name) {
        String target = target();
        int start = target.indexOf('?') + 1;
        if (start == 0) {
            return Optional.empty();
        }
        for (String pair : target.substring(start).split("[&;]")) {
            int equals = pair.indexOf('=');
            String own = equals < 0 ? pair : pair.substring(0, equals);
            if (!own.isEmpty() && decode(own).equals(name)) {
                return Optional.of(equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return Optional.empty();
    }

    private static String decode(String text) {
        try {
            return PercentDecoder.decodeQuery(text);
        } catch (IllegalArgumentException e) {
            throw new RejectedException(RejectedException.Kind.MALFORMED, "query: " + e.getMessage());
        }
    }

    /** {@code HTTP/1.1}, {@code HTTP/1.0} or {@code HTTP/2.0}. */
    public String version() {
        return version;
    }

    /** The first header of this name, in any case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(head.headers().get(name));
    }

    /** All headers of this name, in the order sent. */
    public List<String> headers(String name) {
        return head.headers().getAll(name);
    }

    /** Whether a header that is a comma-separated list has this item, in any case. */
    public boolean headerContains(String header, String item) {
        return head.headers().containsValue(header, item, true);
    }

    /** Whether this is an extended CONNECT of HTTP/2 (RFC 8441), which 200 would turn into another protocol. */
    boolean isTunnel() {
        return version.equals("HTTP/2.0") && header("Upgrade").isPresent();
    }

    /** Whether the client asks to go on in this protocol (RFC 9110 7.8). */
    public boolean wantsUpgradeTo(String protocol) {
        return headerContains("Upgrade", protocol);
    }

    /** The body, whole; empty if there is none. Valid until the request is finished; {@link Message#copy} what is needed later.
     * Throws {@link IllegalStateException} in a component that {@linkplain RequestHeadListener takes the head alone}. */
    public Message body() {
        return body.get();
    }

    /** Method and path, as logs show it; a query may hold a secret. */
    @Override
    public String toString() {
        return method + " " + SafeText.excerpt(path()) + (target().indexOf('?') < 0 ? "" : "?…");
    }
}
