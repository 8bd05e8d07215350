package dev.sprocket.http;

import java.time.Duration;

/**
 * Timeouts of HTTP connections.
 *
 * <p>Timeouts are checked twice a second, so each may be exceeded by up to a second.
 *
 * @param head from opening the connection, or the first byte of a later request, to the end of the head; answered with
 *     408
 * @param body time without a byte of the body; answered with 408
 * @param response until a request is answered, or a response begins; answered with 503. Also the maximum time in which
 *     a client reads nothing of a file that is being sent; past it the connection is closed
 * @param keepAlive between two requests; past it the connection is closed
 * @param wholeBody from the head to the end of a body; answered with 408
 * @param bodyRate minimum rate of a body in bytes per second, in each interval of {@code body}; answered with 408
 */
public record HttpTimeouts(
        Duration head, Duration body, Duration response, Duration keepAlive, Duration wholeBody, int bodyRate) {
    /**
     * Default timeouts.
     *
     * <p>10 seconds for a head, 10 seconds without body data, 30 seconds for a response, 60 seconds between requests, 5
     * minutes for a body, and at least 500 bytes per second.
     */
    public static final HttpTimeouts DEFAULT = new HttpTimeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            500);

    /** Throws {@link IllegalArgumentException} unless all timeouts are above zero, and the rate not negative. */
    public HttpTimeouts {
        require("head", head);
        require("body", body);
        require("response", response);
        require("keepAlive", keepAlive);
        require("wholeBody", wholeBody);
        if (bodyRate < 0) {
            throw new IllegalArgumentException("bodyRate: " + bodyRate + " (expected: >= 0)");
        }
    }

    private static void require(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: above zero)");
        }
    }

    /** Returns a copy with another timeout for heads. */
    public HttpTimeouts withHead(Duration limit) {
        return new HttpTimeouts(limit, body, response, keepAlive, wholeBody, bodyRate);
    }

    /** Returns a copy with another timeout without body data. */
    public HttpTimeouts withBody(Duration limit) {
        return new HttpTimeouts(head, limit, response, keepAlive, wholeBody, bodyRate);
    }

    /** Returns a copy with another timeout for responses. */
    public HttpTimeouts withResponse(Duration limit) {
        return new HttpTimeouts(head, body, limit, keepAlive, wholeBody, bodyRate);
    }

    /** Returns a copy with another timeout between requests. */
    public HttpTimeouts withKeepAlive(Duration limit) {
        return new HttpTimeouts(head, body, response, limit, wholeBody, bodyRate);
    }

    /** Returns a copy with another timeout for whole bodies, and another minimum rate. */
    public HttpTimeouts withWholeBody(Duration limit, int bytesPerSecond) {
        return new HttpTimeouts(head, body, response, keepAlive, limit, bytesPerSecond);
    }
}
