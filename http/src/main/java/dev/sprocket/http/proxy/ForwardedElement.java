package dev.sprocket.http.proxy;

import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.HttpRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Element of {@code Forwarded} (RFC 7239), or of the older {@code X-Forwarded-} headers: one proxy hop.
 *
 * @param client sender of the request to the proxy; empty if the proxy does not send it
 * @param scheme scheme of that request
 * @param host host of that request
 */
record ForwardedElement(Optional<String> client, Optional<String> scheme, Optional<String> host) {
    /** Parses the elements, the nearest proxy last. Throws {@link IllegalArgumentException} for an invalid header. */
    static List<ForwardedElement> parse(HttpRequest request, TrustedProxies.Headers headers) {
        return headers == TrustedProxies.Headers.FORWARDED
                ? parseForwarded(String.join(",", request.headers("Forwarded")))
                : parseXForwarded(request);
    }

    private static List<ForwardedElement> parseXForwarded(HttpRequest request) {
        List<String> clients = values(request, "X-Forwarded-For");
        List<String> schemes = values(request, "X-Forwarded-Proto");
        List<String> hosts = values(request, "X-Forwarded-Host");
        List<ForwardedElement> elements = new ArrayList<>();
        if (clients.isEmpty() && !(schemes.isEmpty() && hosts.isEmpty())) {
            return List.of(new ForwardedElement(Optional.empty(), valueAt(schemes, 0, 1), valueAt(hosts, 0, 1)));
        }
        for (int i = 0; i < clients.size(); i++) {
            elements.add(new ForwardedElement(
                    Optional.of(clients.get(i)),
                    valueAt(schemes, i, clients.size()),
                    valueAt(hosts, i, clients.size())));
        }
        return elements;
    }

    /**
     * Returns the value for one element.
     *
     * <p>Proxies that replace a header, instead of appending to it, leave one value for all elements, which may be
     * repeated.
     */
    private static Optional<String> valueAt(List<String> values, int index, int elements) {
        if (values.size() == elements) {
            return Optional.of(values.get(index));
        }
        return values.stream().distinct().count() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    private static List<String> values(HttpRequest request, String name) {
        List<String> values = new ArrayList<>();
        for (String header : request.headers(name)) {
            for (String value : header.split(",", -1)) {
                if (!value.isBlank()) {
                    values.add(value.trim());
                }
            }
        }
        return values;
    }

    private static List<ForwardedElement> parseForwarded(String header) {
        List<ForwardedElement> elements = new ArrayList<>();
        Map<String, String> pairs = new LinkedHashMap<>();
        int at = 0;
        while (at <= header.length()) {
            int end = pairEnd(header, at);
            parsePair(header.substring(at, end).trim(), pairs);
            if (end == header.length() || header.charAt(end) == ',') {
                if (!pairs.isEmpty()) {
                    elements.add(new ForwardedElement(
                            Optional.ofNullable(pairs.get("for")),
                            Optional.ofNullable(pairs.get("proto")),
                            Optional.ofNullable(pairs.get("host"))));
                }
                pairs.clear();
            }
            at = end + 1;
        }
        return elements;
    }

    /** Returns the end of a pair: a semicolon or comma outside of quotes. */
    private static int pairEnd(String header, int start) {
        boolean quoted = false;
        int at = start;
        while (at < header.length()) {
            char c = header.charAt(at);
            if (quoted && c == '\\') {
                at++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ';' || c == ',')) {
                return at;
            }
            at++;
        }
        if (quoted) {
            throw new IllegalArgumentException(
                    "Forwarded: " + SafeText.excerpt(header) + " (expected: a closing quote)");
        }
        return header.length();
    }

    private static void parsePair(String text, Map<String, String> pairs) {
        if (text.isEmpty()) {
            return;
        }
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException(
                    "Forwarded: " + SafeText.excerpt(text) + " (expected: name=value, RFC 7239 4)");
        }
        String value = text.substring(equals + 1).trim();
        if (value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")) {
            value = value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1");
        }
        String name = text.substring(0, equals).trim().toLowerCase(Locale.ROOT);
        if (pairs.put(name, value) != null) {
            throw new IllegalArgumentException(
                    "Forwarded: " + SafeText.excerpt(name) + " occurs twice (expected: once, RFC 7239 4)");
        }
    }
}
