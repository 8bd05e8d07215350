package dev.sprocket.http;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Forwarding;
import dev.sprocket.core.Key;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.SafeText;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells browsers which pages of other sites may use what is inside (the Fetch standard, 3.2). It answers their preflight
 * requests, and adds its headers to all other answers.
 *
 * <p>It refuses nothing: browsers keep the answer from a page that may not see it. To refuse the request itself, as a
 * WebSocket needs, is what {@link OriginCheck} is for.
 *
 * <p>Threads: as the stack around it.
 */
@Concurrent
public final class Cors extends Forwarding<HttpConnection, Message> {
    private final Key<Boolean> passed = Key.of("CORS", "did Cors let it pass?");
    private final CorsRules rules;

    /** Opens a component to other sites. */
    public Cors(CorsRules rules, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(inner);
        this.rules = rules;
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        HttpRequest request = HttpRequest.of(conn);
        if (!rules.origins().allowAny()) {
            // a cache must not hand the answer for one site to another
            conn.addHeader("Vary", "Origin");
        }
        Optional<String> origin = request.header("Origin");
        Optional<String> refusal =
                origin.isEmpty() ? Optional.empty() : rules.origins().refusal(request);
        if (origin.isPresent() && refusal.isEmpty()) {
            boolean any = rules.origins().allowAny();
            conn.addHeader("Access-Control-Allow-Origin", any ? "*" : origin.get());
            if (rules.credentials()) {
                conn.addHeader("Access-Control-Allow-Credentials", "true");
            }
        }
        Optional<String> method = request.header("Access-Control-Request-Method");
        if (origin.isPresent() && method.isPresent() && request.method().equals("OPTIONS")) {
            conn.respond(preflight(request, method.get(), refusal));
            return;
        }
        if (origin.isPresent() && refusal.isEmpty() && !rules.exposedHeaders().isEmpty()) {
            conn.addHeader("Access-Control-Expose-Headers", String.join(", ", rules.exposedHeaders()));
        }
        passed.set(conn, true);
        super.onOpen(conn);
    }

    private HttpResponse preflight(HttpRequest request, String method, Optional<String> refusal) {
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
