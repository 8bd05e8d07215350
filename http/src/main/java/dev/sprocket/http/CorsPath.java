package dev.sprocket.http;

import dev.sprocket.core.Component;
import dev.sprocket.core.ForwardingComponent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A component on the way to the CORS rules of a request. Callbacks run on the threads of the surrounding stack. */
interface CorsPath {
    /** Where a request goes from here: the likeliest first, empty if nowhere. */
    List<Component<?>> nextComponents(HttpRequest request);

    /**
     * Finds the rules for a request before it is handed to a component; of several, one inside the other, the innermost.
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

    /** The headers for the answer to a request, whoever gives it; none without an Origin header. */
    static List<Map.Entry<String, String>> headers(Component<?> top, @Nullable HttpRequest request) {
        return request == null || request.header("Origin").isEmpty()
                ? List.of()
                : find(top, request).map(cors -> cors.headers(request)).orElse(List.of());
    }
}
