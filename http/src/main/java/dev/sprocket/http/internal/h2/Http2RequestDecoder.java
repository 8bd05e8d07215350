package dev.sprocket.http.internal.h2;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.util.AsciiString;
import java.util.Map;

/**
 * Decodes field blocks to requests (RFC 9113 8.3.1), with checks that Netty lacks.
 *
 * <p>An extended CONNECT (RFC 8441 4) becomes a GET with an {@code Upgrade} header.
 */
@ThreadSafe
final class Http2RequestDecoder {
    private static final CharSequence PROTOCOL = Http2Headers.PseudoHeaderName.PROTOCOL.value();
    /** Bytes per field in HTTP/1.1 besides name and value: colon, space, line break. */
    private static final int FIELD_OVERHEAD = 4;

    /** Protocol version of a request in HTTP/2. */
    static final HttpVersion VERSION = new HttpVersion("HTTP", 2, 0, true);

    private final int headLimit;

    Http2RequestDecoder(int headLimit) {
        this.headLimit = headLimit;
    }

    /** Reports whether a request is an extended CONNECT. No other HTTP/2 head has an Upgrade (RFC 9113 8.2.2). */
    static boolean isTunnel(HttpRequest request) {
        return request.protocolVersion().equals(VERSION) && request.headers().contains(HttpHeaderNames.UPGRADE);
    }

    /** Validates a head or trailer. Throws the error that resets the stream if it is malformed (RFC 9113 8.1.1). */
    static void validate(int stream, Http2Headers headers) throws Http2Exception {
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            CharSequence value = field.getValue();
            int length = value.length();
            if (length > 0 && (isWhitespace(value.charAt(0)) || isWhitespace(value.charAt(length - 1)))) {
                throw malformed(stream, field.getKey() + " with leading or trailing whitespace (RFC 9113 8.2.1)");
            }
        }
        CharSequence method = headers.method();
        CharSequence scheme = headers.scheme();
        boolean connect = method != null && HttpMethod.CONNECT.asciiName().contentEquals(method);
        if (method != null && (method.length() == 0 || HttpHeaderValidationUtil.validateToken(method) >= 0)) {
            throw malformed(
                    stream, ":method " + SafeText.excerpt(method.toString()) + " (expected: a token, RFC 9110 9.1)");
        }
        if (scheme != null && !isScheme(scheme)) {
            throw malformed(
                    stream, ":scheme " + SafeText.excerpt(scheme.toString()) + " (expected: https, RFC 9113 8.3.1)");
        }
        if (headers.contains(PROTOCOL) && !connect) {
            throw malformed(
                    stream,
                    ":protocol with " + SafeText.excerpt(String.valueOf(method)) + " (expected: CONNECT, RFC 8441 4)");
        }
        if (connect && !headers.contains(PROTOCOL) && (scheme != null || headers.path() != null)) {
            throw malformed(stream, "CONNECT with :scheme or :path (expected: :authority alone, RFC 9113 8.5)");
        }
    }

    private static HttpRequest unreadable(HttpMethod method, Exception cause) {
        var request = new DefaultHttpRequest(VERSION, method, "*");
        request.setDecoderResult(DecoderResult.failure(cause));
        return request;
    }

    private static Http2Exception malformed(int stream, String message) {
        return Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, "%s", message);
    }

    private static boolean isWhitespace(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isScheme(CharSequence scheme) {
        return scheme.length() > 0
                && scheme.chars()
                        .allMatch(c -> c >= 'a' && c <= 'z'
                                || c >= 'A' && c <= 'Z'
                                || c >= '0' && c <= '9'
                                || c == '+'
                                || c == '-'
                                || c == '.');
    }

    /** Decodes a {@linkplain #validate validated} head. An unreadable request carries its decoder failure. */
    HttpRequest decode(int stream, Http2Headers headers) throws Http2Exception {
        long size = 0;
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            size += field.getKey().length() + field.getValue().length() + FIELD_OVERHEAD;
        }
        boolean tunnel = headers.contains(PROTOCOL);
        CharSequence protocol = headers.get(PROTOCOL);
        String path = headers.path() == null ? "*" : headers.path().toString();
        HttpMethod method =
                tunnel ? HttpMethod.GET : HttpMethod.valueOf(headers.method().toString());
        if (size > headLimit) {
            return unreadable(
                    method,
                    new TooLongHttpHeaderException("head of " + size + " bytes (expected: <= " + headLimit + ")"));
        }
        if (!path.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            return unreadable(
                    method,
                    new IllegalArgumentException(
                            "target " + SafeText.excerpt(path) + " (expected: visible ASCII, RFC 3986 2)"));
        }
        var request = new DefaultHttpRequest(VERSION, method, path);
        headers.remove(PROTOCOL);
        CharSequence host = headers.get(HttpHeaderNames.HOST);
        CharSequence authority = headers.authority();
        if (host != null && authority != null && AsciiString.contentEqualsIgnoreCase(host, authority)) {
            // identical duplicates are allowed (8.3.1)
            headers.remove(HttpHeaderNames.HOST);
        }
        HttpConversionUtil.addHttp2ToHttpHeaders(stream, headers, request.headers(), HttpVersion.HTTP_1_1, false, true);
        for (HttpConversionUtil.ExtensionHeaderNames name : HttpConversionUtil.ExtensionHeaderNames.values()) {
            request.headers().remove(name.text());
        }
        if (tunnel) {
            request.headers().set(HttpHeaderNames.UPGRADE, protocol);
        }
        return request;
    }
}
