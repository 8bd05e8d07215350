package dev.sprocket.http;

import java.time.Duration;

/**
 * How long things may take. Limits are looked at twice a second, so each is kept up to a second late.
 *
 * @param head from the opening of the connection, or the first byte of a later request, to the end of its head; past it
 *     408
 * @param body without a byte of the body; past it 408
 * @param answer until a request is answered, or an answer begins; past it 503. Also how long a client may take none of a
 *     file that it is being sent; past it the connection is closed
 * @param keepAlive between two requests; past it the connection is closed
 * @param wholeBody from the head to the end of a body; past it 408
 * @param bodyRate bytes per second that a body comes with in each span of {@code body}; below it 408
 */
public record HttpTimeouts(
        Duration head, Duration body, Duration response, Duration keepAlive, Duration wholeBody, int bodyRate) {
    /**
     * 10 seconds for a head, 10 without a byte of a body, 30 for an answer, 60 between requests, 5 minutes and 500 bytes a second
     * for a body.
     */
    public static final HttpTimeouts DEFAULT = new HttpTimeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            500);

    /** Throws {@link IllegalArgumentException} unless all are above zero. */
    public HttpTimeouts {
        require("head", head);
        require("body", body);
        require("answer", response);
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

    /** The same with another limit for heads. */
    public HttpTimeouts withHead(Duration limit) {
        return new HttpTimeouts(limit, body, response, keepAlive, wholeBody, bodyRate);
    }

    /** The same with another limit for bodies. */
    public HttpTimeouts withBody(Duration limit) {
        return new HttpTimeouts(head, limit, response, keepAlive, wholeBody, bodyRate);
    }

    /** The same with another limit for answers. */
    public HttpTimeouts withResponse(Duration limit) {
        return new HttpTimeouts(head, body, limit, keepAlive, wholeBody, bodyRate);
    }

    /** The same with another limit between requests. */
    public HttpTimeouts withKeepAlive(Duration limit) {
        return new HttpTimeouts(head, body, response, limit, wholeBody, bodyRate);
    }

    /** The same with another limit for whole bodies, and for how slowly they may come. */
    public HttpTimeouts withWholeBody(Duration limit, int bytesPerSecond) {
        return new HttpTimeouts(head, body, response, keepAlive, limit, bytesPerSecond);
    }
}
