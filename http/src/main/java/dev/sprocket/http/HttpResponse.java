package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Message;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Response with status, headers and body.
 *
 * <p>The server sets {@code Date}, {@code Connection} and, unless the body is streamed, {@code Content-Length}.
 */
@ThreadSafe
public final class HttpResponse {
    private final int status;
    private final List<Map.Entry<String, String>> headers;
    private final Message body;
    private final String reason;
    private final FileBody.@Nullable Part file;

    private HttpResponse(
            int status,
            List<Map.Entry<String, String>> headers,
            Message body,
            String reason,
            FileBody.@Nullable Part file) {
        this.file = file;
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.reason = reason;
    }

    /** Returns a response without body. Throws {@link IllegalArgumentException} unless the status is 100 to 599. */
    public static HttpResponse of(int status) {
        return new HttpResponse(checkStatus(status), List.of(), Message.binary(new byte[0]), "", null);
    }

    /** Returns a 200 response with {@code text/plain}. */
    public static HttpResponse text(String text) {
        return of(200).body("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns a 200 response with {@code application/json}; the text is sent unchanged. */
    public static HttpResponse json(String json) {
        return of(200).body("application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns an error response. The reason is not sent, but logged if the status is 400 or higher. */
    public static HttpResponse error(int status, String reason) {
        String text = status + " " + HttpResponseStatus.valueOf(status).reasonPhrase() + "\n";
        return text(text).status(status).reason(reason);
    }

    /**
     * Returns an error response whose reason is sent to the client.
     *
     * <p>The reason is also logged if the status is 400 or higher.
     */
    public static HttpResponse errorWithReason(int status, String reason) {
        String text = status + " " + HttpResponseStatus.valueOf(status).reasonPhrase() + ": " + reason + "\n";
        return text(text).status(status).reason(reason);
    }

    private static int checkStatus(int status) {
        if (status < 100 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 100-599)");
        }
        return status;
    }

    /** Returns a copy with another status. Throws {@link IllegalArgumentException} unless it is 100 to 599. */
    public HttpResponse status(int other) {
        return new HttpResponse(checkStatus(other), headers, body, reason, file);
    }

    /**
     * Returns a copy with an additional header.
     *
     * <p>Throws {@link IllegalArgumentException} if the name is not a token, or the value contains a line break or
     * another control character (RFC 9110 5.1, 5.5), which would allow response splitting.
     */
    public HttpResponse header(String name, String value) {
        checkHeader(name, value);
        List<Map.Entry<String, String>> more = new ArrayList<>(headers);
        more.add(Map.entry(name, value));
        return new HttpResponse(status, List.copyOf(more), body, reason, file);
    }

    static void checkHeader(String name, String value) {
        if (name.isEmpty() || HttpHeaderValidationUtil.validateToken(name) >= 0) {
            throw new IllegalArgumentException("header name: '" + name + "' (expected: a token, RFC 9110 5.1)");
        }
        int bad = HttpHeaderValidationUtil.validateValidHeaderValue(value);
        if (bad >= 0) {
            throw new IllegalArgumentException("header " + name + ": character " + (int) value.charAt(bad) + " at "
                    + bad + " (expected: no control characters, RFC 9110 5.5)");
        }
    }

    /** Returns a copy with additional headers, which are not validated. */
    HttpResponse withHeaders(List<Map.Entry<String, String>> others) {
        if (others.isEmpty()) {
            return this;
        }
        List<Map.Entry<String, String>> more = new ArrayList<>(headers);
        more.addAll(others);
        return new HttpResponse(status, List.copyOf(more), body, reason, file);
    }

    /** Returns a copy with a body. The array is not copied, and must not be modified afterwards. */
    public HttpResponse body(String contentType, byte[] bytes) {
        return body(contentType, Message.binary(bytes));
    }

    private HttpResponse body(String contentType, Message content) {
        return new HttpResponse(status, without("Content-Type"), content, reason, null)
                .header("Content-Type", contentType);
    }

    /** Returns the headers except those of a name. */
    private List<Map.Entry<String, String>> without(String name) {
        return headers.stream()
                .filter(header -> !header.getKey().equalsIgnoreCase(name))
                .toList();
    }

    /** Returns a copy whose body is a range of an array, which is not copied. */
    public HttpResponse body(String contentType, byte[] bytes, int offset, int length) {
        return body(contentType, Message.binary(Unpooled.wrappedBuffer(bytes, offset, length)));
    }

    /**
     * Returns a copy whose body is a range of a file.
     *
     * <p>The file is read as fast as the peer accepts it.
     *
     * @param path a real path; opened only if it is not a symbolic link
     */
    public HttpResponse file(String contentType, Path path, long offset, long length) {
        FileBody.Part part = new FileBody.Part(path, offset, length);
        return new HttpResponse(status, without("Content-Type"), Message.binary(new byte[0]), reason, part)
                .header("Content-Type", contentType)
                .header("Content-Length", String.valueOf(length));
    }

    /** Returns a copy with a reason, logged if the status is 400 or higher. */
    public HttpResponse reason(String text) {
        return new HttpResponse(status, headers, body, text, file);
    }

    /** Returns the status code. */
    public int status() {
        return status;
    }

    /** Returns the headers, in order. */
    public List<Map.Entry<String, String>> headers() {
        return headers;
    }

    /** Returns the body; empty if there is none. */
    public Message body() {
        return body;
    }

    /** Returns the reason for the log; empty if there is none. */
    public String reason() {
        return reason;
    }

    /** Returns the part of a file that is the body; null for other bodies. */
    FileBody.@Nullable Part file() {
        return file;
    }

    /**
     * Returns the {@code Content-Length} in bytes, or −1. Throws {@link IllegalArgumentException} if it is not a
     * number.
     */
    long contentLength() {
        return header("Content-Length").map(HttpResponse::parseLength).orElse(-1L);
    }

    private static long parseLength(String header) {
        if (!header.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("Content-Length: " + header + " (expected: a number of bytes)");
        }
        return Long.parseLong(header);
    }

    /** Reports whether a response with this status has no body (RFC 9110 6.4.1). */
    boolean isBodiless() {
        return status < 200 || status == 204 || status == 304;
    }

    /** Returns the first header with the given name (case-insensitive). */
    Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
