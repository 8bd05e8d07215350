package dev.sprocket.testkit;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * In-memory HTTP client.
 *
 * <pre>{@code
 * HttpPeer.to(router).get("/hello/ann").hasStatus(200).hasBody("hi ann");
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class HttpPeer {
    /**
     * HTTP response.
     *
     * @param status status code
     * @param headers headers by name in lower case; the last of several with the same name
     * @param body decoded body
     */
    public record Response(int status, Map<String, String> headers, String body) {
        /** Asserts the status code. */
        @CanIgnoreReturnValue
        public Response hasStatus(int expected) {
            return check(status == expected, String.valueOf(expected));
        }

        /** Asserts the body. */
        @CanIgnoreReturnValue
        public Response hasBody(String expected) {
            return check(body.equals(expected), "\"" + expected + "\"");
        }

        /** Asserts the value of a header. */
        @CanIgnoreReturnValue
        public Response hasHeader(String header, String value) {
            return check(value.equals(headers.get(header.toLowerCase(Locale.ROOT))), header + ": " + value);
        }

        private Response check(boolean matches, String expected) {
            if (!matches) {
                throw new AssertionError(
                        "response " + status + " " + headers + " \"" + body + "\" (expected: " + expected + ")");
            }
            return this;
        }
    }

    private final MemorySocket socket;

    private HttpPeer(MemorySocket socket) {
        this.socket = socket;
    }

    /** Connects to a component inside {@code HttpServer}. */
    public static HttpPeer to(MessageComponent<? super HttpConnection, ? super Message> app) {
        return toStack(new HttpServer(app));
    }

    /** Connects to a component inside {@code HttpServer} with a clock. */
    public static HttpPeer to(MessageComponent<? super HttpConnection, ? super Message> app, VirtualClock clock) {
        return on(MemorySocket.to(new HttpServer(app), clock));
    }

    /** Connects to a stack that includes the HTTP layer. */
    public static HttpPeer toStack(MessageComponent<? super Connection, ? super Message> stack) {
        return new HttpPeer(MemorySocket.to(stack));
    }

    /** Creates a client for a connected socket. */
    public static HttpPeer on(MemorySocket socket) {
        return new HttpPeer(socket);
    }

    /** Sends a GET request and returns the response. */
    @CanIgnoreReturnValue
    public Response get(String target, String... headers) {
        return send("GET", target, "", headers);
    }

    /** Sends a POST request with JSON and returns the response. */
    @CanIgnoreReturnValue
    public Response postJson(String target, String json) {
        return send("POST", target, json, "Content-Type: application/json");
    }

    /** Sends a request and returns the response. */
    @CanIgnoreReturnValue
    public Response send(String method, String target, String body, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        if (length > 0) {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
        socket.write(head + "\r\n" + body);
        return parse(socket.readText());
    }

    /** Advances the time, also of other peers with the same clock. */
    @CanIgnoreReturnValue
    public HttpPeer after(Duration time) {
        socket.advance(time);
        return this;
    }

    /** Returns the underlying socket. */
    public MemorySocket socket() {
        return socket;
    }

    private static Response parse(String raw) {
        int end = raw.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new AssertionError("incomplete response: " + raw);
        }
        String[] lines = raw.substring(0, end).split("\r\n");
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).trim());
        }
        String body = raw.substring(end + 4);
        return new Response(
                Integer.parseInt(lines[0].split(" ")[1]),
                headers,
                "chunked".equals(headers.get("transfer-encoding")) ? decodeChunks(body) : body);
    }

    /** Decodes the received chunks (RFC 9112 7.1). */
    private static String decodeChunks(String body) {
        byte[] in = body.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        while (at < in.length) {
            int line = at;
            while (in[line] != '\r') {
                line++;
            }
            int size = Integer.parseInt(new String(in, at, line - at, StandardCharsets.US_ASCII), 16);
            out.write(in, line + 2, size);
            at = line + 2 + size + 2;
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
