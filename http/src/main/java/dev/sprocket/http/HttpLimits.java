package dev.sprocket.http;

/**
 * How much of a request is taken in.
 *
 * @param head bytes of the request line, and of all header lines together; past it 431
 * @param headers how many header lines; past it 431
 * @param body bytes of the body; past it 413
 */
public record HttpLimits(int head, int headers, int body) {
    /** 16 KiB of head, 100 headers, 1 MiB of body. */
    public static final HttpLimits DEFAULT = new HttpLimits(16 * 1024, 100, 1024 * 1024);

    /** Throws {@link IllegalArgumentException} if a limit is negative, or so small that no request fits. */
    public HttpLimits {
        require("head", head, 64);
        require("headers", headers, 1);
        require("body", body, 0);
    }

    private static void require(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
        }
    }

    /** The same with another limit for bodies. */
    public HttpLimits withBody(int bytes) {
        return new HttpLimits(head, headers, bytes);
    }
}
