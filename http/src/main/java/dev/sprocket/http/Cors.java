package dev.sprocket.http;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Tells browsers which pages of other sites may use what is inside (the Fetch standard, 3.2). It answers their preflight
 * requests, and adds its headers to all other answers.
 *
 * <p>The headers are on every answer to a request that leads here, also on one that a layer outside of this one gives, or
 * {@link Router} (405), or {@link HttpServer} itself (413). Below a router the preflight is answered for the route of the
 * method that the page asks for, before any layer of that route: a preflight never carries credentials.
 *
 * <p>It refuses nothing: browsers keep the answer from a page that may not see it. To refuse the request itself, as a
 * WebSocket needs, is what {@link OriginFilter} is for.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class Cors extends ForwardingComponent<HttpConnection, Message> implements CorsPath, RequestHeadListener {
    private final AttributeKey<Boolean> passed = AttributeKey.of("CORS", "did Cors let it pass?");
    private final CorsRules rules;
    private final MessageComponent<? super HttpConnection, ? super Message> inner;

    /** Opens a component to other sites. */
    public Cors(CorsRules rules, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(BodyAggregator.wrapIfNeeded(inner));
        this.rules = rules;
        this.inner = inner;
    }

    @Override
    public List<Component<?>> nextComponents(HttpRequest request) {
        return List.of(inner);
    }

    /** Whether a browser asks for permission. */
    static boolean isPreflight(HttpRequest request) {
        return request.method().equals("OPTIONS")
                && request.header("Origin").isPresent()
                && request.header("Access-Control-Request-Method").isPresent();
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        HttpRequest request = HttpRequest.of(conn);
        HttpExchange.setCorsHeaders(conn, headers(request));
        if (isPreflight(request)) {
            conn.respond(preflight(request));
            return;
        }
        passed.set(conn, true);
        super.onOpen(conn);
    }

    /** What every answer to a request says about other sites. */
    List<Map.Entry<String, String>> headers(HttpRequest request) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        boolean any = rules.origins().allowAny();
        if (!any) {
            // a cache must not hand the answer for one site to another
            headers.add(Map.entry("Vary", "Origin"));
        }
        Optional<String> origin = request.header("Origin");
        if (origin.isPresent() && rules.origins().rejectionReason(request).isEmpty()) {
            headers.add(Map.entry("Access-Control-Allow-Origin", any ? "*" : origin.get()));
            if (rules.credentials()) {
                headers.add(Map.entry("Access-Control-Allow-Credentials", "true"));
            }
            if (!isPreflight(request) && !rules.exposedHeaders().isEmpty()) {
                headers.add(Map.entry("Access-Control-Expose-Headers", String.join(", ", rules.exposedHeaders())));
            }
        }
        return headers;
    }

    /** The answer to a browser that asks for permission. */
    HttpResponse preflight(HttpRequest request) {
        Optional<String> refusal = rules.origins().rejectionReason(request);
        String method = request.header("Access-Control-Request-Method").orElse("");
        if (refusal.isPresent()) {
            return HttpResponse.error(403, refusal.get());
        }
        if (!rules.methods().contains(method)) {
            return HttpResponse.error(
                    403,
                    "method " + SafeText.excerpt(method) + " from another site (expected: " + rules.methods() + ")");
        }
        String asked = request.header("Access-Control-Request-Headers").orElse("");
        for (String name : asked.split(",", -1)) {
            if (!name.isBlank() && !isAllowed(name.trim())) {
                return HttpResponse.error(
                        403,
                        "header " + SafeText.excerpt(name.trim()) + " from another site (expected: "
                                + rules.requestHeaders() + ")");
            }
        }
        HttpResponse answer = HttpResponse.of(204)
                .header("Access-Control-Allow-Methods", String.join(", ", rules.methods()))
                .header("Access-Control-Max-Age", String.valueOf(rules.maxAge().toSeconds()))
                .header("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers");
        // named as asked, since a star means no more than a star to a browser that sends credentials
        return asked.isBlank() ? answer : answer.header("Access-Control-Allow-Headers", asked);
    }

    private boolean isAllowed(String name) {
        return rules.requestHeaders().stream()
                .anyMatch(rule ->
                        rule.equals("*") || rule.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public void onClose(HttpConnection conn) throws Exception {
        if (passed.peek(conn) != null) {
            super.onClose(conn);
        }
    }
}
