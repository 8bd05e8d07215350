package dev.sprocket.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The path of a route: literal segments, <code>{name}</code>, and at the end <code>{name*}</code>. */
final class PathPattern implements Comparable<PathPattern> {
    private enum Kind {
        LITERAL,
        ONE,
        REST
    }

    private record Part(Kind kind, String text) {}

    private final String pattern;
    private final List<Part> parts = new ArrayList<>();

    PathPattern(String pattern) {
        this.pattern = pattern;
        if (!pattern.startsWith("/")) {
            throw new IllegalArgumentException("path: " + pattern + " (expected: /…)");
        }
        for (String segment : segments(pattern)) {
            if (!parts.isEmpty() && parts.get(parts.size() - 1).kind == Kind.REST) {
                throw new IllegalArgumentException("path: " + pattern + " (expected: {name*} at the end)");
            }
            parts.add(part(segment));
        }
    }

    private static Part part(String segment) {
        if (!segment.startsWith("{") || !segment.endsWith("}")) {
            return new Part(Kind.LITERAL, segment);
        }
        String name = segment.substring(1, segment.length() - 1);
        return name.endsWith("*")
                ? new Part(Kind.REST, name.substring(0, name.length() - 1))
                : new Part(Kind.ONE, name);
    }

    /** The segments of a path, decoded. Throws {@link IllegalArgumentException} on a bad percent-encoding. */
    static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String raw : path.substring(path.startsWith("/") ? 1 : 0).split("/", -1)) {
            // in a path a plus is a plus, which the decoder for queries does not know
            segments.add(QueryStringDecoder.decodeComponent(raw.replace("+", "%2B")));
        }
        return segments;
    }

    boolean matches(List<String> segments) {
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (part.kind == Kind.REST) {
                return segments.size() > i;
            }
            if (i >= segments.size()
                    || (part.kind == Kind.LITERAL && !part.text.equals(segments.get(i)))
                    || (part.kind == Kind.ONE && segments.get(i).isEmpty())) {
                return false;
            }
        }
        return segments.size() == parts.size();
    }

    Map<String, String> parameters(List<String> segments) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (part.kind == Kind.ONE) {
                parameters.put(part.text, segments.get(i));
            } else if (part.kind == Kind.REST) {
                parameters.put(part.text, String.join("/", segments.subList(i, segments.size())));
            }
        }
        return parameters;
    }

    /** Whether both match the same paths. */
    boolean sameAs(PathPattern other) {
        return compareTo(other) == 0;
    }

    /** The more literal one first. */
    @Override
    public int compareTo(PathPattern other) {
        for (int i = 0; i < Math.min(parts.size(), other.parts.size()); i++) {
            Part a = parts.get(i);
            Part b = other.parts.get(i);
            int order = a.kind.compareTo(b.kind);
            if (order == 0 && a.kind == Kind.LITERAL) {
                order = a.text.compareTo(b.text);
            }
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(parts.size(), other.parts.size());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathPattern that && pattern.equals(that.pattern);
    }

    @Override
    public int hashCode() {
        return pattern.hashCode();
    }

    @Override
    public String toString() {
        return pattern;
    }
}
