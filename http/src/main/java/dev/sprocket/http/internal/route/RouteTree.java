package dev.sprocket.http.internal.route;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Immutable tree of values by path pattern, with one level per segment.
 *
 * <p>A lookup takes time proportional to the length of the path, independent of the number of patterns. If several
 * patterns match, the first segment that differs decides: literal before parameter before rest.
 */
public final class RouteTree<T> {
    private final Map<String, RouteTree<T>> literals;
    private final @Nullable RouteTree<T> parameter;
    private final @Nullable RouteTree<T> rest;
    private final List<T> values;

    /** Creates an empty tree. */
    public RouteTree() {
        this(Map.of(), null, null, List.of());
    }

    private RouteTree(
            Map<String, RouteTree<T>> literals,
            @Nullable RouteTree<T> parameter,
            @Nullable RouteTree<T> rest,
            List<T> values) {
        this.literals = literals;
        this.parameter = parameter;
        this.rest = rest;
        this.values = values;
    }

    /**
     * Returns a copy with other values of a pattern; nodes off its path are shared.
     *
     * @param change gets the values of the pattern. Patterns that match the same paths share a list
     */
    public RouteTree<T> with(PathPattern path, UnaryOperator<List<T>> change) {
        return with(path.parts(), change);
    }

    private RouteTree<T> with(List<PathPattern.Part> parts, UnaryOperator<List<T>> change) {
        if (parts.isEmpty()) {
            return new RouteTree<>(literals, parameter, rest, List.copyOf(change.apply(values)));
        }
        PathPattern.Part part = parts.get(0);
        List<PathPattern.Part> below = parts.subList(1, parts.size());
        return switch (part.kind()) {
            case LITERAL -> {
                Map<String, RouteTree<T>> extended = new HashMap<>(literals);
                extended.put(part.text(), changed(literals.get(part.text()), below, change));
                yield new RouteTree<>(extended, parameter, rest, values);
            }
            case PARAMETER -> new RouteTree<>(literals, changed(parameter, below, change), rest, values);
            case REST -> new RouteTree<>(literals, parameter, changed(rest, below, change), values);
        };
    }

    private static <T> RouteTree<T> changed(
            @Nullable RouteTree<T> child, List<PathPattern.Part> parts, UnaryOperator<List<T>> change) {
        return (child == null ? new RouteTree<T>() : child).with(parts, change);
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
