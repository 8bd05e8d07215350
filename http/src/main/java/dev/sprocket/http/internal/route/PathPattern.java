package dev.sprocket.http.internal.route;

import dev.sprocket.http.internal.syntax.PercentDecoder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Path of a route: literal segments, <code>{name}</code>, and <code>{name*}</code> at the end. */
public final class PathPattern {
    enum Kind {
        LITERAL,
        PARAMETER,
        REST
    }

    record Part(Kind kind, String text) {}

    private final String pattern;
    private final List<Part> parts = new ArrayList<>();

    public PathPattern(String pattern) {
        this.pattern = pattern;
        if (!pattern.startsWith("/")) {
            throw new IllegalArgumentException("path: " + pattern + " (expected: /…)");
        }
        if (pattern.indexOf('?') >= 0 || pattern.indexOf('#') >= 0) {
            throw new IllegalArgumentException("path: " + pattern
                    + " (expected: no query or fragment, RFC 3986 3.3; %3F and %23 for the characters)");
        }
        for (String segment : segments(pattern)) {
            if (!parts.isEmpty() && parts.get(parts.size() - 1).kind == Kind.REST) {
                throw new IllegalArgumentException("path: " + pattern + " (expected: {name*} at the end)");
            }
            parts.add(part(segment));
        }
        Set<String> names = new HashSet<>();
        for (Part part : parts) {
            if (part.kind != Kind.LITERAL && (part.text.isEmpty() || !names.add(part.text))) {
                throw new IllegalArgumentException(
                        "path: " + pattern + " (expected: a unique name in each pair of braces)");
            }
        }
    }

    List<Part> parts() {
        return parts;
    }

    private static Part part(String segment) {
        if (!segment.startsWith("{") || !segment.endsWith("}")) {
            if (segment.indexOf('{') >= 0 || segment.indexOf('}') >= 0) {
                throw new IllegalArgumentException("path segment: " + segment + " (expected: literal text or {name})");
            }
            return new Part(Kind.LITERAL, segment);
        }
        String name = segment.substring(1, segment.length() - 1);
        return name.endsWith("*")
                ? new Part(Kind.REST, name.substring(0, name.length() - 1))
                : new Part(Kind.PARAMETER, name);
    }

    /** Splits a path into decoded segments. Throws {@link IllegalArgumentException} for invalid percent-encoding. */
    public static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String raw : path.substring(path.startsWith("/") ? 1 : 0).split("/", -1)) {
            segments.add(PercentDecoder.decode(raw));
        }
        return segments;
    }

    public Map<String, String> parameters(List<String> segments) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (part.kind == Kind.PARAMETER) {
                parameters.put(part.text, segments.get(i));
            } else if (part.kind == Kind.REST) {
                parameters.put(part.text, String.join("/", segments.subList(i, segments.size())));
            }
        }
        return parameters;
    }

    @Override
    public String toString() {
        return pattern;
    }
}
