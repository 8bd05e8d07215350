package dev.sprocket.http;

import dev.sprocket.core.Component;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.http.origin.Cors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Component that can lead to the CORS rules of a request. Callbacks run on the threads of the surrounding stack. */
public interface CorsPath {
    /** Returns the components that may handle a request, the most likely first. */
    List<Component<?>> nextComponents(HttpRequest request);

    /**
     * Finds the innermost CORS rules for a request, before a component has received it.
     *
     * @param top the outermost component
     */
    static Optional<Cors> find(Component<?> top, HttpRequest request) {
        Optional<CorsPath> next = ForwardingComponent.find(top, CorsPath.class);
        if (next.isEmpty()) {
            return Optional.empty();
        }
        for (Component<?> inner : next.get().nextComponents(request)) {
            Optional<Cors> found = find(inner, request);
            if (found.isPresent()) {
                return found;
            }
        }
        return next.get() instanceof Cors cors ? Optional.of(cors) : Optional.empty();
    }

    /** Returns the CORS headers for every response to a request; none without an {@code Origin} header. */
    static List<Map.Entry<String, String>> headers(Component<?> top, @Nullable HttpRequest request) {
        return request == null || request.header("Origin").isEmpty()
                ? List.of()
                : find(top, request).map(cors -> cors.headers(request)).orElse(List.of());
    }
}
