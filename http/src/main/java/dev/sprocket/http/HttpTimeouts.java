package dev.sprocket.http;

import com.google.errorprone.annotations.Immutable;
import java.time.Duration;

/**
 * Timeouts of HTTP connections.
 *
 * <p>Timeouts are checked twice a second, so each may be exceeded by up to a second. A time that is not above zero
 * throws {@link IllegalArgumentException}.
 */
@Immutable
public final class HttpTimeouts {
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

    private final Duration head;
    private final Duration body;
    private final Duration response;
    private final Duration keepAlive;
    private final Duration wholeBody;
    private final int bodyRate;

    private HttpTimeouts(
            Duration head, Duration body, Duration response, Duration keepAlive, Duration wholeBody, int bodyRate) {
        this.head = require("head", head);
        this.body = require("body", body);
        this.response = require("response", response);
        this.keepAlive = require("keepAlive", keepAlive);
        this.wholeBody = require("wholeBody", wholeBody);
        this.bodyRate = bodyRate;
        if (bodyRate < 0) {
            throw new IllegalArgumentException("bodyRate: " + bodyRate + " (expected: >= 0)");
        }
    }

    private static Duration require(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: above zero)");
        }
        return value;
    }

    /** Returns the time in which a head must arrive. */
    public Duration head() {
        return head;
    }

    /**
     * Returns a copy with another time in which a head must arrive.
     *
     * <p>From opening the connection, or the first byte of a later request; answered with 408.
     */
    public HttpTimeouts head(Duration limit) {
        return new HttpTimeouts(limit, body, response, keepAlive, wholeBody, bodyRate);
    }

    /** Returns the time without a byte of the body. */
    public Duration body() {
        return body;
    }

    /** Returns a copy with another time without a byte of the body; answered with 408. */
    public HttpTimeouts body(Duration limit) {
        return new HttpTimeouts(head, limit, response, keepAlive, wholeBody, bodyRate);
    }

    /** Returns the time until a request is answered, or a response begins. */
    public Duration response() {
        return response;
    }

    /**
     * Returns a copy with another time until a response begins; answered with 503.
     *
     * <p>Also the maximum time in which a client reads nothing of a file that is being sent; past it the connection is
     * closed.
     */
    public HttpTimeouts response(Duration limit) {
        return new HttpTimeouts(head, body, limit, keepAlive, wholeBody, bodyRate);
    }

    /** Returns the time between two requests. */
    public Duration keepAlive() {
        return keepAlive;
    }

    /** Returns a copy with another time between two requests; past it the connection is closed. */
    public HttpTimeouts keepAlive(Duration limit) {
        return new HttpTimeouts(head, body, response, limit, wholeBody, bodyRate);
    }

    /** Returns the time from the head to the end of a body. */
    public Duration wholeBody() {
        return wholeBody;
    }

    /** Returns a copy with another time for a whole body; answered with 408. */
    public HttpTimeouts wholeBody(Duration limit) {
        return new HttpTimeouts(head, body, response, keepAlive, limit, bodyRate);
    }

    /** Returns the minimum rate of a body, in bytes per second. */
    public int bodyRate() {
        return bodyRate;
    }

    /**
     * Returns a copy with another minimum rate of a body, in each interval of {@link #body()}.
     *
     * @param bytesPerSecond 0 for no minimum; a slower body is answered with 408
     */
    public HttpTimeouts bodyRate(int bytesPerSecond) {
        return new HttpTimeouts(head, body, response, keepAlive, wholeBody, bytesPerSecond);
    }
}
