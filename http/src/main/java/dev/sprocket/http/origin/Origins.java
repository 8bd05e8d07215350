package dev.sprocket.http.origin;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.internal.loopback.LoopbackHostFilter;
import dev.sprocket.http.proxy.TrustedProxies;
import dev.sprocket.http.route.Router;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Rule for the {@code Origin} header (RFC 6454), which selects the pages that may connect.
 *
 * <p>Browsers send the header, and scripts in a page cannot change it.
 *
 * <p>A request without the header is allowed, because clients other than browsers do not send it; except with cookies
 * or an {@code Authorization} that browsers send automatically (such as Basic), unless {@code Sec-Fetch-Site} or {@code
 * Referer} shows that the request comes from an allowed page. {@link #allowMissing} and {@link #rejectMissing} change
 * that. {@code Origin: null} is rejected.
 *
 * <p>A pattern is a host ({@code example.com}), its subdomains ({@code *.example.com}), or an origin with scheme and
 * port ({@code https://example.com:8443}). The pattern {@code *} disables the check.
 */
@ThreadSafe
public final class Origins {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** Schemes of {@code Authorization} whose credentials browsers store and send automatically. */
    private static final Set<String> AMBIENT_SCHEMES = Set.of("basic", "digest", "negotiate", "ntlm");

    /** Policy for requests without the header. */
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
     * Allows pages of the requested host, on any port. {@code localhost} and {@code 127.0.0.1} are equivalent.
     *
     * <p>A client at a loopback address, unless described by a {@linkplain TrustedProxies trusted proxy}, may be the
     * victim of DNS rebinding. Its host must be a loopback name, match a pattern, or be a host of a {@link
     * Router#host}.
     */
    public static Origins sameHost() {
        return new Origins(true, Missing.WITHOUT_CREDENTIALS, List.of());
    }

    /** Allows pages that match a pattern. Throws {@link IllegalArgumentException} if no page can match a pattern. */
    public static Origins of(String... patterns) {
        return new Origins(false, Missing.WITHOUT_CREDENTIALS, normalize(List.of(patterns)));
    }

    /** Returns a copy that also allows pages that match a pattern. */
    public Origins and(String... more) {
        List<String> all = new ArrayList<>(patterns);
        all.addAll(normalize(List.of(more)));
        return new Origins(sameHost, missing, List.copyOf(all));
    }

    /** Returns a copy that allows requests without the header, even with cookies or Basic credentials. */
    public Origins allowMissing() {
        return new Origins(sameHost, Missing.ALLOWED, patterns);
    }

    /** Returns a copy that rejects all requests without the header. */
    public Origins rejectMissing() {
        return new Origins(sameHost, Missing.REJECTED, patterns);
    }

    private static List<String> normalize(List<String> patterns) {
        return patterns.stream().map(OriginPattern::of).toList();
    }

    /** Reports whether every page is allowed. */
    boolean allowAny() {
        return patterns.contains("*");
    }

    /** Reports whether a pattern matches a host. */
    boolean hasHost(String host) {
        return patterns.stream()
                .map(pattern -> pattern.contains("://") ? host(pattern) : pattern)
                .anyMatch(pattern -> matches(pattern, "", host));
    }

    /** Returns the reason to deny the requesting page; empty if it is allowed. */
    Optional<String> rejectionReason(HttpRequest request) {
        return rejectionReason(request, false);
    }

    /**
     * Returns the reason to reject a request; empty if it is allowed.
     *
     * @param rebound whether the host may be a victim of DNS rebinding, see {@link LoopbackHostFilter#isRebound}
     */
    Optional<String> rejectionReason(HttpRequest request, boolean rebound) {
        if (allowAny()) {
            return Optional.empty();
        }
        int given = request.headers("Origin").size();
        if (given > 1) {
            return Optional.of(given + " Origin headers (expected: one)");
        }
        // WebSocket drafts 7 to 10 use Sec-WebSocket-Origin
        Optional<String> header = request.header("Origin").or(() -> request.header("Sec-WebSocket-Origin"));
        if (header.isEmpty()) {
            return rejectionWithoutOrigin(request, rebound);
        }
        if (matchesPattern(header.get())) {
            return Optional.empty();
        }
        if (!isSameHost(header.get(), request)) {
            return Optional.of("Origin: " + SafeText.excerpt(header.get()) + " (expected: " + this
                    + "; to allow its pages, add its host to allow = [...] of origin-check or cors, in Java App.site or"
                    + " Origins.and)");
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
        // browsers omit Origin in same-origin GET requests, but not in upgrades
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
                + credentials.map(kind -> " with " + kind).orElse("") + " (expected: Origin: " + this + ")");
    }

    /** Returns the credentials that browsers add automatically to requests of any page. */
    private static Optional<String> ambientCredentials(HttpRequest request) {
        if (request.header("Cookie").isPresent()) {
            return Optional.of("Cookie");
        }
        return request.header("Authorization")
                .map(value -> value.strip().split("\\s", 2)[0].toLowerCase(Locale.ROOT))
                .filter(AMBIENT_SCHEMES::contains)
                .map(scheme -> "Authorization: " + scheme);
    }

    /** Reports whether other headers, which scripts cannot change, show that the page is allowed. */
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

    /** Returns the host of an origin; empty if it has none, such as {@code null}. */
    private static String host(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host == null ? "" : host;
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** Returns the rule, for logs. */
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
