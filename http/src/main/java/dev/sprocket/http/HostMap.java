package dev.sprocket.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values by host: {@code example.com}, or {@code *.example.com} for what lies below it. */
final class HostMap<T> {
    private final Map<String, T> byPattern = new HashMap<>();

    /** Adds a value. Throws {@link IllegalArgumentException} if the pattern is none, or taken. */
    void add(String pattern, T value) {
        String key = pattern.toLowerCase(Locale.ROOT);
        String host = key.startsWith("*.") ? key.substring(2) : key;
        boolean good = Authority.parse(host)
                .filter(a ->
                        !a.host().isEmpty() && a.port().isEmpty() && !a.host().contains("*"))
                .isPresent();
        if (!good) {
            throw new IllegalArgumentException("host: " + pattern + " (expected: as example.com or *.example.com)");
        }
        if (byPattern.putIfAbsent(key, value) != null) {
            throw new IllegalArgumentException("host: " + pattern + " (taken)");
        }
    }

    boolean isEmpty() {
        return byPattern.isEmpty();
    }

    /** The value of a host; of several patterns the longest. */
    @Nullable
    T find(String host) {
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
