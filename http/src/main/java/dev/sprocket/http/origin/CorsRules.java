package dev.sprocket.http.origin;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import java.time.Duration;
import java.util.List;

/**
 * Rules for cross-origin requests (Fetch standard, 3.2).
 *
 * @param origins allowed origins
 * @param methods allowed methods
 * @param requestHeaders allowed request headers, in addition to CORS-safelisted ones; {@code *} allows any
 * @param exposedHeaders response headers that scripts may read, in addition to CORS-safelisted ones
 * @param credentials whether browsers send cookies
 * @param maxAge time for which a browser may cache a preflight response
 */
@ThreadSafe
record CorsRules(
        Origins origins,
        List<String> methods,
        List<String> requestHeaders,
        List<String> exposedHeaders,
        boolean credentials,
        Duration maxAge) {
    /**
     * Throws {@link IllegalArgumentException} for an invalid method or header, or credentials with any origin.
     *
     * <p>With credentials and any origin, every site that a user opens could act as the user.
     */
    CorsRules {
        methods = List.copyOf(methods);
        requestHeaders = List.copyOf(requestHeaders);
        exposedHeaders = List.copyOf(exposedHeaders);
        methods.forEach(CorsRules::requireToken);
        requestHeaders.forEach(CorsRules::requireToken);
        exposedHeaders.forEach(CorsRules::requireToken);
        if (credentials && origins.allowAny()) {
            throw new IllegalArgumentException("credentials allowed for any origin (expected: a list of origins)");
        }
    }

    private static void requireToken(String name) {
        if (name.isEmpty() || HttpHeaderValidationUtil.validateToken(name) >= 0) {
            throw new IllegalArgumentException(
                    "method or header " + SafeText.excerpt(name) + " (expected: a token, RFC 9110 5.6.2)");
        }
    }

    /**
     * Allows GET, HEAD and POST with {@code Content-Type} and without credentials.
     *
     * <p>Preflight responses are cached for ten minutes.
     */
    static CorsRules of(Origins origins) {
        return new CorsRules(
                origins, Cors.DEFAULT_METHODS, Cors.DEFAULT_REQUEST_HEADERS, List.of(), false, Duration.ofMinutes(10));
    }

    /** Returns a copy with other allowed methods. */
    CorsRules methods(String... allowed) {
        return new CorsRules(origins, List.of(allowed), requestHeaders, exposedHeaders, credentials, maxAge);
    }

    /** Returns a copy with other allowed request headers. */
    CorsRules requestHeaders(String... allowed) {
        return new CorsRules(origins, methods, List.of(allowed), exposedHeaders, credentials, maxAge);
    }

    /** Returns a copy with other exposed response headers. */
    CorsRules exposedHeaders(String... exposed) {
        return new CorsRules(origins, methods, requestHeaders, List.of(exposed), credentials, maxAge);
    }

    /** Returns a copy that allows credentials. */
    CorsRules allowCredentials() {
        return new CorsRules(origins, methods, requestHeaders, exposedHeaders, true, maxAge);
    }

    /** Returns a copy with another maximum age of preflight responses. */
    CorsRules maxAge(Duration age) {
        return new CorsRules(origins, methods, requestHeaders, exposedHeaders, credentials, age);
    }
}
