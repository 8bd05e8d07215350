package dev.sprocket.http.internal.route;

import dev.sprocket.http.internal.syntax.Authority;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Immutable map from hosts to values; {@code *.example.com} matches all subdomains of {@code example.com}. */
public final class HostMap<T> {
    private final Map<String, T> byPattern;

    /** Creates an empty map. */
    public HostMap() {
        this(Map.of());
    }

    private HostMap(Map<String, T> byPattern) {
        this.byPattern = byPattern;
    }

    /** Returns a copy with a value. Throws {@link IllegalArgumentException} if the pattern is invalid or present. */
    public HostMap<T> with(String pattern, T value) {
        String key = pattern.toLowerCase(Locale.ROOT);
        String host = key.startsWith("*.") ? key.substring(2) : key;
        boolean valid = Authority.parse(host)
                .filter(a ->
                        !a.host().isEmpty() && a.port().isEmpty() && !a.host().contains("*"))
                .isPresent();
        if (!valid) {
            throw new IllegalArgumentException("host: " + pattern + " (expected: example.com or *.example.com)");
        }
        Map<String, T> extended = new HashMap<>(byPattern);
        if (extended.putIfAbsent(key, value) != null) {
            throw new IllegalArgumentException("host: " + pattern + " (already in use)");
        }
        return new HostMap<>(extended);
    }

    public boolean isEmpty() {
        return byPattern.isEmpty();
    }

    /** Returns the value for a host; the longest matching pattern wins. Null if none matches. */
    @Nullable
    public T find(String host) {
        T value = byPattern.get(host);
        for (int dot = host.indexOf('.'); value == null && dot >= 0; dot = host.indexOf('.', dot + 1)) {
            value = byPattern.get("*" + host.substring(dot));
        }
        return value;
    }

    @Override
    public String toString() {
        return String.join(", ", byPattern.keySet().stream().sorted().toList());
    }
}
