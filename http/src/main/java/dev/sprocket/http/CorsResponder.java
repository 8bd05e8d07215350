package dev.sprocket.http;

import dev.sprocket.core.Component;
import dev.sprocket.core.ForwardingComponent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Component that knows the CORS rules of a request before it receives the request.
 *
 * <p>The server uses it to complete responses that outer layers give, such as 405 or 413. A component that dispatches
 * requests implements it by asking the component that would receive the request.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
public interface CorsResponder {
    /** Returns the CORS headers of every response to a request; empty if no rules apply. */
    Optional<List<Map.Entry<String, String>>> corsHeaders(HttpRequest request);

    /** Returns the response to a preflight request; empty if no rules apply. */
    Optional<HttpResponse> preflight(HttpRequest request);

    /** Reports whether a request is a CORS preflight (Fetch standard, 3.2.2). */
    static boolean isPreflight(HttpRequest request) {
        return request.method().equals("OPTIONS")
                && request.header("Origin").isPresent()
                && request.header("Access-Control-Request-Method").isPresent();
    }

    /** Finds the outermost responder of a stack, looking through decorators. */
    static Optional<CorsResponder> find(Component<?> top) {
        return ForwardingComponent.find(top, CorsResponder.class);
    }

    /**
     * Returns the CORS headers of every response to a request; none without an {@code Origin} header.
     *
     * @param top the outermost component
     */
    static List<Map.Entry<String, String>> headers(Component<?> top, @Nullable HttpRequest request) {
        return request == null || request.header("Origin").isEmpty()
                ? List.of()
                : find(top).flatMap(responder -> responder.corsHeaders(request)).orElse(List.of());
    }
}
