package dev.sprocket.http.origin;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpGuard;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.RequestHeadListener;
import dev.sprocket.http.internal.exchange.ExchangeControl;
import dev.sprocket.http.route.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Cross-origin resource sharing for the inner component (Fetch standard, 3.2).
 *
 * <p>Answers preflight requests, and adds the CORS headers to all other responses. The headers are also on responses
 * that an outer layer, {@link Router} (405) or {@link HttpServer} (413) gives to requests for this component. Below a
 * router, a preflight is answered for the route of the requested method, before any layer of that route, because
 * preflights never carry credentials.
 *
 * <p>Requests are not rejected: browsers withhold the response from pages that are not allowed. Use {@link
 * OriginFilter} to reject requests, as a WebSocket requires.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class Cors extends HttpGuard {
    /** Default methods: GET, HEAD and POST. */
    public static final List<String> DEFAULT_METHODS = List.of("GET", "HEAD", "POST");
    /** Default request headers: {@code Content-Type}. */
    public static final List<String> DEFAULT_REQUEST_HEADERS = List.of("Content-Type");

    private final CorsRules rules;
    private final MessageComponent<? super HttpConnection, ? super Message> inner;

    /**
     * Allows pages of these origins to use a component.
     *
     * <p>They may send GET, HEAD and POST with {@code Content-Type} and without credentials. Preflight responses are
     * cached for ten minutes.
     */
    public Cors(Origins origins, MessageComponent<? super HttpConnection, ? super Message> inner) {
        this(CorsRules.of(origins), inner);
    }

    private Cors(CorsRules rules, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(inner);
        this.rules = rules;
        this.inner = inner;
    }

    /** Returns a copy with other allowed methods. Throws {@link IllegalArgumentException} if one is invalid. */
    public Cors methods(String... allowed) {
        return new Cors(rules.methods(allowed), inner);
    }

    /**
     * Returns a copy with other allowed request headers, in addition to CORS-safelisted ones.
     *
     * @param allowed names of headers, else {@link IllegalArgumentException}; {@code *} allows any
     */
    public Cors requestHeaders(String... allowed) {
        return new Cors(rules.requestHeaders(allowed), inner);
    }

    /**
     * Returns a copy with other response headers that scripts may read.
     *
     * <p>They may always read the CORS-safelisted ones.
     *
     * @param exposed names of headers, else {@link IllegalArgumentException}
     */
    public Cors exposedHeaders(String... exposed) {
        return new Cors(rules.exposedHeaders(exposed), inner);
    }

    /**
     * Returns a copy that allows credentials: browsers send cookies.
     *
     * <p>Throws {@link IllegalArgumentException} if any origin is allowed, because every site that a user opens could
     * act as the user.
     */
    public Cors allowCredentials() {
        return new Cors(rules.allowCredentials(), inner);
    }

    /** Returns a copy with another time for which a browser may cache a preflight response. */
    public Cors maxAge(Duration age) {
        return new Cors(rules.maxAge(age), inner);
    }

    /** Returns the headers by the innermost rules that apply to a request. */
    @Override
    public Optional<List<Map.Entry<String, String>>> corsHeaders(HttpRequest request) {
        return ForwardingComponent.find(inner, RequestHeadListener.class)
                .flatMap(listener -> listener.corsHeaders(request))
                .or(() -> Optional.of(headers(request)));
    }

    /** Returns the response by the innermost rules that apply to a request. */
    @Override
    public Optional<HttpResponse> preflight(HttpRequest request) {
        return ForwardingComponent.find(inner, RequestHeadListener.class)
                .flatMap(listener -> listener.preflight(request))
                .or(() -> Optional.of(preflightResponse(request)));
    }

    @Override
    protected Optional<HttpResponse> admit(HttpConnection conn) {
        HttpRequest request = HttpRequest.of(conn);
        ExchangeControl.of(conn).setCorsHeaders(headers(request));
        return request.isPreflight() ? Optional.of(preflightResponse(request)) : Optional.empty();
    }

    private List<Map.Entry<String, String>> headers(HttpRequest request) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        boolean any = rules.origins().allowAny();
        if (!any) {
            // caches must not reuse the response for another origin
            headers.add(Map.entry("Vary", "Origin"));
        }
        Optional<String> origin = request.header("Origin");
        if (origin.isPresent() && rules.origins().rejectionReason(request).isEmpty()) {
            headers.add(Map.entry("Access-Control-Allow-Origin", any ? "*" : origin.get()));
            if (rules.credentials()) {
                headers.add(Map.entry("Access-Control-Allow-Credentials", "true"));
            }
            if (!request.isPreflight() && !rules.exposedHeaders().isEmpty()) {
                headers.add(Map.entry("Access-Control-Expose-Headers", String.join(", ", rules.exposedHeaders())));
            }
        }
        return headers;
    }

    private HttpResponse preflightResponse(HttpRequest request) {
        Optional<String> rejection = rules.origins().rejectionReason(request);
        String method = request.header("Access-Control-Request-Method").orElse("");
        if (rejection.isPresent()) {
            return HttpResponse.error(403, rejection.get());
        }
        if (!rules.methods().contains(method)) {
            return HttpResponse.error(
                    403,
                    "method " + SafeText.excerpt(method) + " from another origin (expected: " + rules.methods() + ")");
        }
        String requested = request.header("Access-Control-Request-Headers").orElse("");
        for (String name : requested.split(",", -1)) {
            if (!name.isBlank() && !isAllowed(name.trim())) {
                return HttpResponse.error(
                        403,
                        "header " + SafeText.excerpt(name.trim()) + " from another origin (expected: "
                                + rules.requestHeaders() + ")");
            }
        }
        HttpResponse response = HttpResponse.of(204)
                .header("Access-Control-Allow-Methods", String.join(", ", rules.methods()))
                .header("Access-Control-Max-Age", String.valueOf(rules.maxAge().toSeconds()))
                .header("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers");
        // echoes the names, because "*" is not a wildcard for requests with credentials
        return requested.isBlank() ? response : response.header("Access-Control-Allow-Headers", requested);
    }

    private boolean isAllowed(String name) {
        return rules.requestHeaders().stream()
                .anyMatch(rule ->
                        rule.equals("*") || rule.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)));
    }
}
