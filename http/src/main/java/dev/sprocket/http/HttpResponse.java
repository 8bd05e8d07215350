package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Message;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An answer. {@code Content-Length}, {@code Date} and {@code Connection} are the server's business.
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

    /** An answer without a body. Throws {@link IllegalArgumentException} unless the status is 100 to 599. */
    public static HttpResponse of(int status) {
        return new HttpResponse(checkStatus(status), List.of(), Message.binary(new byte[0]), "", null);
    }

    /** 200 with {@code text/plain}. */
    public static HttpResponse text(String text) {
        return of(200).body("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** 200 with {@code application/json}; the text is sent as it is. */
    public static HttpResponse json(String json) {
        return of(200).body("application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** An error: a body in words for the client, and the reason for the server's log alone. */
    public static HttpResponse error(int status, String reason) {
        String words = status + " " + HttpResponseStatus.valueOf(status).reasonPhrase() + "\n";
        return text(words).status(status).reason(reason);
    }

    /** An error whose reason the client is told too, since it has to change its request. */
    static HttpResponse errorWithReason(int status, String reason) {
        String words = status + " " + HttpResponseStatus.valueOf(status).reasonPhrase() + ": " + reason + "\n";
        return text(words).status(status).reason(reason);
    }

    private static int checkStatus(int status) {
        if (status < 100 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 100-599)");
        }
        return status;
    }

    /** The same with another status, as {@link #of(int)}. */
    public HttpResponse status(int other) {
        return new HttpResponse(checkStatus(other), headers, body, reason, file);
    }

    /**
     * The same with one more header. Throws {@link IllegalArgumentException} if the name is no token, or the value holds a
     * line break or another control character (RFC 9110 5.1, 5.5): it would be read as something else.
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

    /** The same with more headers, which were checked. */
    HttpResponse withHeaders(List<Map.Entry<String, String>> others) {
        if (others.isEmpty()) {
            return this;
        }
        List<Map.Entry<String, String>> more = new ArrayList<>(headers);
        more.addAll(others);
        return new HttpResponse(status, List.copyOf(more), body, reason, file);
    }

    /** The same with a body, which the caller must not change any more. */
    public HttpResponse body(String contentType, byte[] bytes) {
        return body(contentType, Message.binary(bytes));
    }

    private HttpResponse body(String contentType, Message content) {
        return new HttpResponse(status, headers, content, reason, null).header("Content-Type", contentType);
    }

    /** The same with a part of these bytes, which are not copied. */
    HttpResponse body(String contentType, byte[] bytes, int offset, int length) {
        return body(contentType, Message.binary(Unpooled.wrappedBuffer(bytes, offset, length)));
    }

    /** The same with a part of a file, which is read as the peer takes it. */
    HttpResponse body(String contentType, FileBody.Part part) {
        return new HttpResponse(status, headers, Message.binary(new byte[0]), reason, part)
                .header("Content-Type", contentType)
                .header("Content-Length", String.valueOf(part.length()));
    }

    /** The same, with why, for the log. */
    public HttpResponse reason(String why) {
        return new HttpResponse(status, headers, body, why, file);
    }

    /** The status code. */
    public int status() {
        return status;
    }

    /** The headers, in order. */
    public List<Map.Entry<String, String>> headers() {
        return headers;
    }

    /** The body; empty if there is none. */
    public Message body() {
        return body;
    }

    /** Why, for the log; empty if there is nothing to explain. */
    public String reason() {
        return reason;
    }

    /** The file that is the body, if it is one. */
    FileBody.@Nullable Part file() {
        return file;
    }

    /** Whether an answer of this status has no body, whatever was set (RFC 9110 6.4.1). */
    boolean isBodiless() {
        return status < 200 || status == 204 || status == 304;
    }

    /** The first header of this name. */
    Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
