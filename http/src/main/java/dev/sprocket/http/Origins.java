package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.spi.SafeText;
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
 * <p>A request without the header is allowed, since programs that are no browsers send none; but not if it carries cookies or
 * an {@code Authorization} that browsers send by themselves (such as Basic), unless {@code Sec-Fetch-Site} or {@code Referer} say
 * that it comes from an allowed page. {@link #allowMissing} and {@link #rejectMissing} change that. {@code Origin: null} is refused.
 *
 * <p>A pattern is a host ({@code example.com}), its subdomains ({@code *.example.com}), or an origin whose scheme and
 * port count too ({@code https://example.com:8443}). The pattern {@code *} switches the check off.
 */
@ThreadSafe
public final class Origins {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** Schemes of {@code Authorization} whose credentials browsers remember and send again. */
    private static final Set<String> AMBIENT_SCHEMES = Set.of("basic", "digest", "negotiate", "ntlm");

    /** What becomes of a request without the header. */
    private enum Missing {
        WITHOUT_CREDENTIALS,
        ALLOWED,
        REJECTED
    }

    private final boolean sameHost;
    private final Missing missing;
    private final List<String> patterns;

    private Origins(boolean sameHost, Missing missing, List<String> patterns) {
        this.sameHost = sameHost;
        this.missing = missing;
        this.patterns = patterns;
    }

    /**
     * Pages of the host that the request is sent to, on any port; {@code localhost} and {@code 127.0.0.1} are one host.
     *
     * <p>A client at a loopback address that no {@linkplain TrustedProxies trusted proxy} names may have any host resolve to this
     * machine (DNS rebinding), so its host has to be a loopback name, one of the patterns, or the host of a {@link Router#host}.
     */
    public static Origins sameHost() {
        return new Origins(true, Missing.WITHOUT_CREDENTIALS, List.of());
    }

    /** Pages that match one of these patterns. Throws {@link IllegalArgumentException} for one that no page can match. */
    public static Origins of(String... patterns) {
        return new Origins(false, Missing.WITHOUT_CREDENTIALS, normalize(List.of(patterns)));
    }

    /** These and those that match one of the patterns. */
    public Origins and(String... more) {
        List<String> all = new ArrayList<>(patterns);
        all.addAll(normalize(List.of(more)));
        return new Origins(sameHost, missing, List.copyOf(all));
    }

    /** These and all requests without the header, even if they carry cookies or Basic credentials. */
    public Origins allowMissing() {
        return new Origins(sameHost, Missing.ALLOWED, patterns);
    }

    /** These, and no request without the header. */
    public Origins rejectMissing() {
        return new Origins(sameHost, Missing.REJECTED, patterns);
    }

    private static List<String> normalize(List<String> patterns) {
        return patterns.stream().map(OriginPattern::of).toList();
    }

    /** Whether there is no page that may not connect. */
    boolean allowAny() {
        return patterns.contains("*");
    }

    /** Whether a pattern is about this host. */
    boolean hasHost(String host) {
        return patterns.stream()
                .map(pattern -> pattern.contains("://") ? host(pattern) : pattern)
                .anyMatch(pattern -> matches(pattern, "", host));
    }

    /** Why the page of a request may not read an answer; empty if it may. */
    Optional<String> rejectionReason(HttpRequest request) {
        return rejectionReason(request, false);
    }

    /**
     * Why a request is refused; empty if it is not.
     *
     * @param rebound whether its host may be any page's, see {@link LoopbackHostFilter#isRebound}
     */
    Optional<String> rejectionReason(HttpRequest request, boolean rebound) {
        if (allowAny()) {
            return Optional.empty();
        }
        int given = request.headers("Origin").size();
        if (given > 1) {
            return Optional.of(given + " Origin headers (expected: one)");
        }
        // drafts 7 to 10 of WebSocket call it Sec-WebSocket-Origin
        Optional<String> header = request.header("Origin").or(() -> request.header("Sec-WebSocket-Origin"));
        if (header.isEmpty()) {
            return rejectionWithoutOrigin(request, rebound);
        }
        if (matchesPattern(header.get())) {
            return Optional.empty();
        }
        if (!isSameHost(header.get(), request)) {
            return Optional.of("Origin: " + SafeText.excerpt(header.get()) + " (expected: " + this + ")");
        }
        return rebound ? Optional.of(LoopbackHostFilter.rejectionReason(request)) : Optional.empty();
    }

    private boolean matchesPattern(String given) {
        String origin = given.toLowerCase(Locale.ROOT);
        String host = host(origin);
        return !host.isEmpty() && patterns.stream().anyMatch(pattern -> matches(pattern, origin, host));
    }

    private boolean isSameHost(String given, HttpRequest request) {
        String host = host(given.toLowerCase(Locale.ROOT));
        return sameHost && !host.isEmpty() && isSameName(host, hostOf(request));
    }

    private Optional<String> rejectionWithoutOrigin(HttpRequest request, boolean rebound) {
        // a page within its own site asks without Origin, but never for another protocol
        if (rebound && missing != Missing.REJECTED && request.header("Upgrade").isEmpty()) {
            return Optional.of(LoopbackHostFilter.rejectionReason(request));
        }
        Optional<String> credentials = ambientCredentials(request);
        if (missing == Missing.ALLOWED
                || (missing == Missing.WITHOUT_CREDENTIALS
                        && (credentials.isEmpty() || isFromAllowedPage(request, rebound)))) {
            return Optional.empty();
        }
        return Optional.of("no Origin"
                + credentials.map(what -> " beside " + what).orElse("") + " (expected: Origin of: " + this + ")");
    }

    /** What browsers send by themselves, and so in requests of every page. */
    private static Optional<String> ambientCredentials(HttpRequest request) {
        if (request.header("Cookie").isPresent()) {
            return Optional.of("Cookie");
        }
        return request.header("Authorization")
                .map(value -> value.strip().split("\\s", 2)[0].toLowerCase(Locale.ROOT))
                .filter(AMBIENT_SCHEMES::contains)
                .map(scheme -> "Authorization: " + scheme);
    }

    /** A GET within a site has no Origin, but says where it comes from in other ways, which scripts cannot change either. */
    private boolean isFromAllowedPage(HttpRequest request, boolean rebound) {
        Optional<String> site = request.header("Sec-Fetch-Site");
        if (site.isPresent()) {
            return sameHost && !rebound && site.get().equals("same-origin");
        }
        return request.header("Referer")
                .flatMap(Origins::originOf)
                .filter(from -> matchesPattern(from) || (!rebound && isSameHost(from, request)))
                .isPresent();
    }

    private static Optional<String> originOf(String url) {
        int authority = url.indexOf("://");
        if (authority < 1) {
            return Optional.empty();
        }
        int end = url.indexOf('/', authority + 3);
        return Optional.of(end < 0 ? url : url.substring(0, end));
    }

    private static boolean matches(String pattern, String origin, String host) {
        if (pattern.contains("://")) {
            return pattern.equals(origin);
        }
        return pattern.startsWith("*.") ? host.endsWith(pattern.substring(1)) : host.equals(pattern);
    }

    private static boolean isSameName(String host, String other) {
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
        if (missing == Missing.ALLOWED) {
            rules.add("none");
        }
        return String.join(", ", rules);
    }
}
