package dev.sprocket.http;

import dev.sprocket.core.Component;
import dev.sprocket.core.ForwardingComponent;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CORS headers of responses that are given before a request reaches its component. */
final class CorsHeaders {
    private CorsHeaders() {}

    /**
     * Returns the CORS headers of every response to a request; none without an {@code Origin} header.
     *
     * @param top the outermost component
     */
    static List<Map.Entry<String, String>> of(Component<?> top, @Nullable HttpRequest request) {
        return request == null || request.header("Origin").isEmpty()
                ? List.of()
                : ForwardingComponent.find(top, RequestHeadListener.class)
                        .flatMap(listener -> listener.corsHeaders(request))
                        .orElse(List.of());
    }
}
