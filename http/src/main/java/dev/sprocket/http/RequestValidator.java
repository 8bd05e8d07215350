package dev.sprocket.http;

import dev.sprocket.core.internal.text.ParserErrors;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.internal.exchange.HttpCodec;
import dev.sprocket.http.internal.syntax.Authority;
import dev.sprocket.http.internal.syntax.PercentDecoder;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Validates request heads before components see them. */
final class RequestValidator {
    private RequestValidator() {}

    /** Returns the response that rejects a head; null if it is valid. */
    static @Nullable HttpResponse rejection(HttpRequest head, HttpCodec codec, HttpLimits limits) {
        if (head.decoderResult().isFailure()) {
            return malformed(head.decoderResult().cause());
        }
        HttpResponse rejection = checkRequestLine(head, codec);
        if (rejection == null) {
            rejection = checkHost(head);
        }
        if (rejection == null) {
            rejection = checkFraming(head);
        }
        return rejection == null ? checkLimits(head, limits) : rejection;
    }

    /** Returns the response to input that Netty's decoder could not parse. */
    static HttpResponse malformed(Throwable cause) {
        boolean tooLong = cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException;
        String message = cause.getMessage() == null ? "malformed request" : ParserErrors.text(cause);
        return HttpResponse.error(tooLong ? 431 : 400, message);
    }

    private static @Nullable HttpResponse checkRequestLine(HttpRequest head, HttpCodec codec) {
        HttpVersion version = head.protocolVersion();
        if (!codec.supports(version)) {
            return HttpResponse.error(505, version + " (expected: HTTP/1.1)");
        }
        String method = head.method().name();
        if (HttpHeaderValidationUtil.validateToken(method) >= 0) {
            return HttpResponse.error(400, "method " + SafeText.excerpt(method) + " (expected: a token, RFC 9110 9.1)");
        }
        String target = head.uri();
        if (target.indexOf('#') >= 0
                || target.chars().anyMatch(c -> c <= ' ' || c >= 0x7F)
                || !isValidForm(method, target)) {
            return HttpResponse.error(400, "target " + withoutQuery(target) + " (expected: /…, RFC 9112 3.2)");
        }
        try {
            int query = target.indexOf('?');
            var unused = PercentDecoder.decode(query < 0 ? target : target.substring(0, query));
            PercentDecoder.validate(query < 0 ? "" : target.substring(query));
        } catch (IllegalArgumentException e) {
            return HttpResponse.error(400, "target " + withoutQuery(target) + ": " + e.getMessage());
        }
        if (method.equals("CONNECT")) {
            return HttpResponse.error(501, "CONNECT (expected: another method; this server is not a proxy)");
        }
        return null;
    }

    /** Returns a target for logs. Its query may contain credentials. */
    static String withoutQuery(String target) {
        int query = target.indexOf('?');
        return query < 0 ? SafeText.excerpt(target) : SafeText.excerpt(target.substring(0, query)) + "?…";
    }

    /**
     * Reports whether a target has origin form, absolute form or asterisk form.
     *
     * <p>The authority form is for proxies (RFC 9112 3.2.3).
     */
    private static boolean isValidForm(String method, String target) {
        return target.startsWith("/")
                || (target.equals("*") && method.equals("OPTIONS"))
                || absoluteAuthority(target) != null;
    }

    /** Returns the authority of a target in absolute form; null for other forms. */
    static @Nullable String absoluteAuthority(String target) {
        int start = target.regionMatches(true, 0, "http://", 0, 7)
                ? 7
                : target.regionMatches(true, 0, "https://", 0, 8) ? 8 : -1;
        if (start < 0) {
            return null;
        }
        int end = start;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        String authority = target.substring(start, end);
        boolean valid =
                Authority.parse(authority).filter(a -> !a.host().isEmpty()).isPresent();
        return valid ? authority : null;
    }

    private static @Nullable HttpResponse checkHost(HttpRequest head) {
        List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
        boolean optional = head.protocolVersion().equals(HttpVersion.HTTP_1_0) && hosts.isEmpty();
        if (!optional && (hosts.size() != 1 || Authority.parse(hosts.get(0)).isEmpty())) {
            return HttpResponse.error(
                    400, "Host: " + SafeText.excerpt(hosts.toString()) + " (expected: one, RFC 9112 3.2)");
        }
        return null;
    }

    private static @Nullable HttpResponse checkFraming(HttpRequest head) {
        HttpHeaders headers = head.headers();
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty() && head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return HttpResponse.error(400, "Transfer-Encoding in HTTP/1.0 (expected: Content-Length, RFC 9112 6.1)");
        }
        if (!codings.isEmpty()
                && (codings.size() != 1 || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0)))) {
            return HttpResponse.error(
                    501,
                    "Transfer-Encoding: " + SafeText.excerpt(codings.toString())
                            + " (expected: chunked, RFC 9112 6.1)");
        }
        for (String expectation : headers.getAll(HttpHeaderNames.EXPECT)) {
            if (!HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation)) {
                return HttpResponse.error(
                        417, "Expect: " + SafeText.excerpt(expectation) + " (expected: 100-continue, RFC 9110 10.1.1)");
            }
        }
        return null;
    }

    private static @Nullable HttpResponse checkLimits(HttpRequest head, HttpLimits limits) {
        int count = head.headers().size();
        if (count > limits.headers()) {
            return HttpResponse.error(431, count + " headers (expected: <= " + limits.headers() + ")");
        }
        // Netty infers a length from hixie-76 headers
        long length = HttpUtil.isContentLengthSet(head) ? HttpUtil.getContentLength(head, 0L) : 0;
        return length > limits.body() ? tooLarge(length, limits) : null;
    }

    /** Returns the response to a body that exceeds the limit. */
    static HttpResponse tooLarge(long bytes, HttpLimits limits) {
        return HttpResponse.error(413, "body of " + bytes + " bytes or more (expected: <= " + limits.body() + ")");
    }
}
