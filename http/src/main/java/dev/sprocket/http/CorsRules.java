package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.spi.SafeText;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import java.time.Duration;
import java.util.List;

/**
 * What pages of other sites may do (the Fetch standard, 3.2).
 *
 * @param origins whose pages
 * @param methods with which methods
 * @param requestHeaders with which headers beside those that need no permission; {@code *} is any
 * @param exposedHeaders which headers of an answer scripts may read beside those that need no permission
 * @param credentials whether browsers send cookies along
 * @param maxAge how long a browser may remember the permission
 */
@ThreadSafe
public record CorsRules(
        Origins origins,
        List<String> methods,
        List<String> requestHeaders,
        List<String> exposedHeaders,
        boolean credentials,
        Duration maxAge) {
    /**
     * Throws {@link IllegalArgumentException} for a method or header that is no token, and if any page could use the
     * credentials of a user: every site that the user opens could then act as the user.
     */
    public CorsRules {
        methods = List.copyOf(methods);
        requestHeaders = List.copyOf(requestHeaders);
        exposedHeaders = List.copyOf(exposedHeaders);
        methods.forEach(CorsRules::requireToken);
        requestHeaders.forEach(CorsRules::requireToken);
        exposedHeaders.forEach(CorsRules::requireToken);
        if (credentials && origins.allowAny()) {
            throw new IllegalArgumentException("credentials from any origin (expected: origins by name)");
        }
    }

    private static void requireToken(String name) {
        if (name.isEmpty() || HttpHeaderValidationUtil.validateToken(name) >= 0) {
            throw new IllegalArgumentException(
                    "method or header " + SafeText.excerpt(name) + " (expected: a token, RFC 9110 5.6.2)");
        }
    }

    /** GET, HEAD and POST from these origins, with {@code Content-Type} and without credentials; remembered for ten minutes. */
    public static CorsRules of(Origins origins) {
        return new CorsRules(
                origins,
                List.of("GET", "HEAD", "POST"),
                List.of("Content-Type"),
                List.of(),
                false,
                Duration.ofMinutes(10));
    }

    /** The same with these methods. */
    public CorsRules withMethods(String... allowed) {
        return new CorsRules(origins, List.of(allowed), requestHeaders, exposedHeaders, credentials, maxAge);
    }

    /** The same with these headers of requests. */
    public CorsRules withRequestHeaders(String... allowed) {
        return new CorsRules(origins, methods, List.of(allowed), exposedHeaders, credentials, maxAge);
    }

    /** The same with these headers of answers. */
    public CorsRules withExposedHeaders(String... exposed) {
        return new CorsRules(origins, methods, requestHeaders, List.of(exposed), credentials, maxAge);
    }

    /** The same with credentials. */
    public CorsRules withCredentials() {
        return new CorsRules(origins, methods, requestHeaders, exposedHeaders, true, maxAge);
    }

    /** The same, to be remembered for so long. */
    public CorsRules withMaxAge(Duration age) {
        return new CorsRules(origins, methods, requestHeaders, exposedHeaders, credentials, age);
    }
}
