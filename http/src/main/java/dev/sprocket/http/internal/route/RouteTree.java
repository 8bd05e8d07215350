package dev.sprocket.http.internal.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by path pattern, as a tree with one level per segment.
 *
 * <p>A lookup takes time proportional to the length of the path, independent of the number of patterns. If several
 * patterns match, the first segment that differs decides: literal before parameter before rest.
 */
public final class RouteTree<T> {
    private final Map<String, RouteTree<T>> literals = new HashMap<>();
    private @Nullable RouteTree<T> parameter;
    private @Nullable RouteTree<T> rest;
    private final List<T> values = new ArrayList<>(1);

    /** Returns the modifiable values of a pattern. Patterns that match the same paths share a list. */
    public List<T> at(PathPattern path) {
        RouteTree<T> node = this;
        for (PathPattern.Part part : path.parts()) {
            node = node.child(part);
        }
        return node.values;
    }

    private RouteTree<T> child(PathPattern.Part part) {
        return switch (part.kind()) {
            case LITERAL -> literals.computeIfAbsent(part.text(), text -> new RouteTree<>());
            case PARAMETER -> parameter = parameter == null ? new RouteTree<>() : parameter;
            case REST -> rest = rest == null ? new RouteTree<>() : rest;
        };
    }

    /** Returns the values of the most literal matching pattern; empty if none matches. */
    public List<T> find(List<String> segments) {
        return find(segments, 0);
    }

    private List<T> find(List<String> segments, int depth) {
        if (depth == segments.size()) {
            return values;
        }
        String segment = segments.get(depth);
        RouteTree<T> literal = literals.get(segment);
        List<T> found = literal == null ? List.of() : literal.find(segments, depth + 1);
        if (found.isEmpty() && parameter != null && !segment.isEmpty()) {
            found = parameter.find(segments, depth + 1);
        }
        return found.isEmpty() && rest != null ? rest.values : found;
    }
}
