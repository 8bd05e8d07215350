package dev.sprocket.http;

import com.google.errorprone.annotations.Immutable;

/** Size limits of a request. */
@Immutable
public final class HttpLimits {
    /** Default limits: 16 KiB of head, 100 headers, 1 MiB of body. */
    public static final HttpLimits DEFAULT = new HttpLimits(16 * 1024, 100, 1024 * 1024);

    private final int head;
    private final int headers;
    private final int body;

    private HttpLimits(int head, int headers, int body) {
        this.head = require("head", head, 64);
        this.headers = require("headers", headers, 1);
        this.body = require("body", body, 0);
    }

    private static int require(String name, int value, int minimum) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + minimum + ")");
        }
        return value;
    }

    /** Returns the limit of the request line and all header lines together, in bytes. */
    public int head() {
        return head;
    }

    /**
     * Returns a copy with another limit of the request line and all header lines together.
     *
     * @param bytes at least 64, else {@link IllegalArgumentException}; a larger head is answered with 431
     */
    public HttpLimits head(int bytes) {
        return new HttpLimits(bytes, headers, body);
    }

    /** Returns the maximum number of header lines. */
    public int headers() {
        return headers;
    }

    /**
     * Returns a copy with another maximum number of header lines.
     *
     * @param lines at least 1, else {@link IllegalArgumentException}; more are answered with 431
     */
    public HttpLimits headers(int lines) {
        return new HttpLimits(head, lines, body);
    }

    /** Returns the limit of the body, in bytes. */
    public int body() {
        return body;
    }

    /**
     * Returns a copy with another limit of the body.
     *
     * @param bytes at least 0, else {@link IllegalArgumentException}; a larger body is answered with 413
     */
    public HttpLimits body(int bytes) {
        return new HttpLimits(head, headers, bytes);
    }
}
