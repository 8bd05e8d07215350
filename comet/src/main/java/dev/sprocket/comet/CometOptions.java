package dev.sprocket.comet;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.flow.OutboundLimit;
import java.time.Duration;

/**
 * Options of a {@link CometServer}.
 *
 * @param connections maximum number of connections; further ones are answered with 503
 * @param grace time for which a connection stays open without a listener: between two polls, or after its stream broke
 *     off
 * @param poll maximum time for which a poll waits for messages; must be less than the response timeout ({@code
 *     HttpTimeouts.response})
 * @param keepAlive interval between comments on a stream without events
 * @param replay number of sent bytes that are kept, to be sent again after a stream broke off; for polls, in addition
 *     to the bytes that may be pending
 * @param outbound limit of pending bytes, and the policy beyond it; {@code CONFLATE} drops the oldest messages, because
 *     messages have no topics
 */
@ThreadSafe
public record CometOptions(
        int connections, Duration grace, Duration poll, Duration keepAlive, int replay, OutboundLimit outbound) {
    /**
     * Default options.
     *
     * <p>10,000 connections, 30 seconds of grace, polls of 20 seconds, comments every 15 seconds, 64 KiB kept, 1 MiB
     * pending.
     */
    public static final CometOptions DEFAULT = new CometOptions(
            10_000,
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            Duration.ofSeconds(15),
            64 * 1024,
            OutboundLimit.DEFAULT);

    /** Throws {@link IllegalArgumentException} unless times are above zero, connections ≥ 1, and replay ≥ 0. */
    public CometOptions {
        require("grace", grace);
        require("poll", poll);
        require("keepAlive", keepAlive);
        if (connections < 1) {
            throw new IllegalArgumentException("connections: " + connections + " (expected: >= 1)");
        }
        if (replay < 0) {
            throw new IllegalArgumentException("replay: " + replay + " (expected: >= 0)");
        }
    }

    private static void require(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: above zero)");
        }
    }

    /** Returns a copy with another maximum number of connections. */
    public CometOptions connections(int limit) {
        return new CometOptions(limit, grace, poll, keepAlive, replay, outbound);
    }

    /** Returns a copy with another grace period. */
    public CometOptions grace(Duration time) {
        return new CometOptions(connections, time, poll, keepAlive, replay, outbound);
    }

    /** Returns a copy with another maximum duration of polls. */
    public CometOptions poll(Duration time) {
        return new CometOptions(connections, grace, time, keepAlive, replay, outbound);
    }

    /** Returns a copy with another interval between comments. */
    public CometOptions keepAlive(Duration time) {
        return new CometOptions(connections, grace, poll, time, replay, outbound);
    }

    /** Returns a copy with another number of bytes kept for streams that break off. */
    public CometOptions replay(int bytes) {
        return new CometOptions(connections, grace, poll, keepAlive, bytes, outbound);
    }

    /** Returns a copy with another limit of pending bytes. */
    public CometOptions outbound(OutboundLimit limit) {
        return new CometOptions(connections, grace, poll, keepAlive, replay, limit);
    }
}
