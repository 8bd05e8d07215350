package dev.sprocket.http;

/**
 * Size limits of a request.
 *
 * @param head bytes of the request line and all header lines together; exceeding it is answered with 431
 * @param headers number of header lines; exceeding it is answered with 431
 * @param body bytes of the body; exceeding it is answered with 413
 */
public record HttpLimits(int head, int headers, int body) {
    /** Default limits: 16 KiB of head, 100 headers, 1 MiB of body. */
    public static final HttpLimits DEFAULT = new HttpLimits(16 * 1024, 100, 1024 * 1024);

    /**
     * Validates the limits. Throws {@link IllegalArgumentException} if head &lt; 64, headers &lt; 1, or body &lt; 0.
     */
    public HttpLimits {
        require("head", head, 64);
        require("headers", headers, 1);
        require("body", body, 0);
    }

    private static void require(String name, int value, int minimum) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + minimum + ")");
        }
    }

    /** Returns a copy with another limit for bodies, in bytes. */
    public HttpLimits withBody(int bytes) {
        return new HttpLimits(head, headers, bytes);
    }
}
