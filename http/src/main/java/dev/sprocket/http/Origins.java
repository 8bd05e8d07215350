package dev.sprocket.http;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which pages may connect: a rule about the {@code Origin} header (RFC 6454), which browsers send and scripts in a page
 * cannot change.
 *
 * <p>A pattern is a host ({@code example.com}), its subdomains ({@code *.example.com}), or an origin whose scheme and
 * port count too ({@code https://example.com:8443}). The pattern {@code *} switches the check off.
 *
 * <p>Threads: any; it does not change, each method returns a new one.
 */
public final class Origins {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final boolean sameHost;
    private final boolean noneAllowed;
    private final List<String> patterns;

    private Origins(boolean sameHost, boolean noneAllowed, List<String> patterns) {
        this.sameHost = sameHost;
        this.noneAllowed = noneAllowed;
        this.patterns = patterns;
    }

    /** Pages of the host that the request is sent to, on any port; {@code localhost} and {@code 127.0.0.1} are one host. */
    public static Origins sameHost() {
        return new Origins(true, false, List.of());
    }

    /** Pages that match one of these patterns. */
    public static Origins of(String... patterns) {
        return new Origins(false, false, lower(List.of(patterns)));
    }

    /** These and those that match one of the patterns. */
    public Origins and(String... more) {
        List<String> all = new ArrayList<>(patterns);
        all.addAll(lower(List.of(more)));
        return new Origins(sameHost, noneAllowed, List.copyOf(all));
    }

    /** These and requests without the header: programs that are no browsers. */
    public Origins orNone() {
        return new Origins(sameHost, true, patterns);
    }

    private static List<String> lower(List<String> patterns) {
        return patterns.stream().map(p -> p.toLowerCase(Locale.ROOT)).toList();
    }

    /** Whether there is no page that may not connect. */
    boolean allowAny() {
        return patterns.contains("*");
    }

    /** Why a request is refused; empty if it is not. */
    Optional<String> refusal(HttpRequest request) {
        if (allowAny()) {
            return Optional.empty();
        }
        Optional<String> header = request.header("Origin");
        if (header.isEmpty()) {
            return noneAllowed ? Optional.empty() : Optional.of("no Origin (expected: " + this + ")");
        }
        String origin = header.get().toLowerCase(Locale.ROOT);
        String host = host(origin);
        if (!host.isEmpty()) {
            if (sameHost && same(host, hostOf(request))) {
                return Optional.empty();
            }
            for (String pattern : patterns) {
                if (matches(pattern, origin, host)) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of("Origin: " + Shown.of(header.get()) + " (expected: " + this + ")");
    }

    private static boolean matches(String pattern, String origin, String host) {
        if (pattern.contains("://")) {
            return pattern.equals(origin);
        }
        return pattern.startsWith("*.") ? host.endsWith(pattern.substring(1)) : host.equals(pattern);
    }

    private static boolean same(String host, String other) {
        return host.equals(other) || (LOOPBACK.contains(host) && LOOPBACK.contains(other));
    }

    private static String hostOf(HttpRequest request) {
        return host("http://" + request.header("Host").orElse("").toLowerCase(Locale.ROOT));
    }

    /** The host of an origin; empty if it has none, as {@code null} has. */
    private static String host(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host == null ? "" : host;
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** The rule, as logs show it. */
    @Override
    public String toString() {
        List<String> rules = new ArrayList<>();
        if (sameHost) {
            rules.add("same host");
        }
        rules.addAll(patterns);
        if (noneAllowed) {
            rules.add("none");
        }
        return String.join(", ", rules);
    }
}
