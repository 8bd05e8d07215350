package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.spi.RejectedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The cookies that a request has, by name (RFC 6265 4.2). A value is without the quotes around it and percent-decoded, as
 * sites write it; a piece that is no pair is skipped. Of two with one name {@link #value} is the first, which has the longer
 * path (5.4), and {@link #values} has both.
 */
@ThreadSafe
public final class Cookies {
    private final Map<String, List<String>> byName;

    private Cookies(Map<String, List<String>> byName) {
        this.byName = byName;
    }

    /** Those of a request. */
    public static Cookies of(HttpRequest request) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        // HTTP/2 may have cut the header into several (RFC 9113 8.2.3)
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
     * A value, decoded; as it was sent if what is after a percent sign is no number. Octets that are no UTF-8 are a {@link RejectedException},
     * which answers 400; other cookies of the request, which nobody asks for, may be what they are.
     */
    public Optional<String> value(String name) {
        return rawValue(name).map(value -> decode(name, value));
    }

    /** A value before percent-decoding. */
    public Optional<String> rawValue(String name) {
        return byName.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** All values of a name in the order sent, decoded as by {@link #value}. */
    public List<String> values(String name) {
        return byName.getOrDefault(name, List.of()).stream()
                .map(value -> decode(name, value))
                .toList();
    }

    /** All values of a name in the order sent, before percent-decoding. */
    public List<String> rawValues(String name) {
        return List.copyOf(byName.getOrDefault(name, List.of()));
    }

    /** The names, in the order sent. */
    public Set<String> names() {
        return Collections.unmodifiableSet(byName.keySet());
    }

    private static String decode(String name, String value) {
        try {
            PercentDecoder.validate(value);
        } catch (IllegalArgumentException e) {
            throw new RejectedException(RejectedException.Kind.MALFORMED, "cookie " + name + ": " + e.getMessage());
        }
        try {
            return PercentDecoder.decode(value);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }

    /** The names; values may be secrets. */
    @Override
    public String toString() {
        return byName.keySet().toString();
    }
}
