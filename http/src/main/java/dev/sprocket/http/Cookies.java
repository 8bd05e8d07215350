package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.RejectedException;
import dev.sprocket.http.internal.syntax.PercentDecoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Cookies of a request by name (RFC 6265 4.2).
 *
 * <p>Values are returned without surrounding quotes and percent-decoded; invalid pairs are skipped. If a name occurs
 * more than once, {@link #value} returns the first value, which has the longest path (5.4), and {@link #values} returns
 * all.
 */
@ThreadSafe
public final class Cookies {
    private final Map<String, List<String>> byName;

    private Cookies(Map<String, List<String>> byName) {
        this.byName = byName;
    }

    /** Returns the cookies of a request. */
    public static Cookies of(HttpRequest request) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        // HTTP/2 may split the header into several (RFC 9113 8.2.3)
        for (String header : request.headers("Cookie")) {
            for (String pair : header.split(";")) {
                int equals = pair.indexOf('=');
                if (equals > 0 && !pair.substring(0, equals).isBlank()) {
                    all.computeIfAbsent(pair.substring(0, equals).trim(), none -> new ArrayList<>(1))
                            .add(unquoted(pair.substring(equals + 1).trim()));
                }
            }
        }
        return new Cookies(all);
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /**
     * Returns the first value of a cookie, decoded.
     *
     * <p>The value is returned as sent if a percent sign is not followed by two hex digits. Throws {@link
     * RejectedException}, which is answered with 400, for invalid UTF-8; only the cookies that are read are validated.
     */
    public Optional<String> value(String name) {
        return rawValue(name).map(value -> decode(name, value));
    }

    /** Returns the first value of a cookie before percent-decoding. */
    public Optional<String> rawValue(String name) {
        return byName.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** Returns all values of a cookie in the order sent, decoded as by {@link #value}. */
    public List<String> values(String name) {
        return byName.getOrDefault(name, List.of()).stream()
                .map(value -> decode(name, value))
                .toList();
    }

    /** Returns all values of a cookie in the order sent, before percent-decoding. */
    public List<String> rawValues(String name) {
        return List.copyOf(byName.getOrDefault(name, List.of()));
    }

    /** Returns the cookie names, in the order sent. */
    public Set<String> names() {
        return Collections.unmodifiableSet(byName.keySet());
    }

    private static String decode(String name, String value) {
        try {
            PercentDecoder.validate(value);
        } catch (IllegalArgumentException e) {
            throw RejectedException.malformed("cookie " + name + ": " + e.getMessage());
        }
        try {
            return PercentDecoder.decode(value);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }

    /** Returns the names; values may be secrets. */
    @Override
    public String toString() {
        return byName.keySet().toString();
    }
}
