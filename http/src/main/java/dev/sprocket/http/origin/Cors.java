package dev.sprocket.http.origin;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.CorsResponder;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpGuard;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.internal.exchange.ExchangeControl;
import dev.sprocket.http.route.Router;
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
public final class Cors extends HttpGuard implements CorsResponder {
    private final CorsRules rules;
    private final MessageComponent<? super HttpConnection, ? super Message> inner;

    /** Allows pages of other origins to use a component. */
    public Cors(CorsRules rules, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(inner);
        this.rules = rules;
        this.inner = inner;
    }

    /** Returns the headers by the innermost rules that apply to a request. */
    @Override
    public Optional<List<Map.Entry<String, String>>> corsHeaders(HttpRequest request) {
        return CorsResponder.find(inner)
                .flatMap(responder -> responder.corsHeaders(request))
                .or(() -> Optional.of(headers(request)));
    }

    /** Returns the response by the innermost rules that apply to a request. */
    @Override
    public Optional<HttpResponse> preflight(HttpRequest request) {
        return CorsResponder.find(inner)
                .flatMap(responder -> responder.preflight(request))
                .or(() -> Optional.of(preflightResponse(request)));
    }

    @Override
    protected Optional<HttpResponse> admit(HttpConnection conn) {
        HttpRequest request = HttpRequest.of(conn);
        ExchangeControl.of(conn).setCorsHeaders(headers(request));
        return CorsResponder.isPreflight(request) ? Optional.of(preflightResponse(request)) : Optional.empty();
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
            if (!CorsResponder.isPreflight(request) && !rules.exposedHeaders().isEmpty()) {
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
