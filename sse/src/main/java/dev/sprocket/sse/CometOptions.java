package dev.sprocket.sse;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.OutboundLimit;
import java.time.Duration;

/**
 * What may differ between {@link CometServer}s.
 *
 * @param connections how many there may be; past it 503
 * @param grace how long a connection lives while nobody listens to it: between two polls, or after its stream broke off
 * @param poll how long a poll waits for something to come; must be less than an answer may take
 *     ({@code HttpTimeouts.answer})
 * @param comment how often a stream without events is sent a comment
 * @param replay how many bytes that a stream was sent are kept, to be sent again when it has broken off; of what polls were
 *     answered, so many beside those that may wait
 * @param outbound how much may wait for a client, and what happens past it; of {@code CONFLATE} nothing but dropping the
 *     oldest is left, since messages have no topics here
 */
@ThreadSafe
public record CometOptions(
        int connections, Duration grace, Duration poll, Duration keepAlive, int replay, OutboundLimit outbound) {
    /** 10,000 connections, 30 seconds of grace, polls of 20, comments every 15, 64 KiB kept, 1 MiB that may wait. */
    public static final CometOptions DEFAULT = new CometOptions(
            10_000,
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            Duration.ofSeconds(15),
            64 * 1024,
            OutboundLimit.DEFAULT);

    /** Throws {@link IllegalArgumentException} for a time that is not above zero, or a number below. */
    public CometOptions {
        require("grace", grace);
        require("poll", poll);
        require("comment", keepAlive);
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

    /** The same with room for so many connections. */
    public CometOptions connections(int most) {
        return new CometOptions(most, grace, poll, keepAlive, replay, outbound);
    }

    /** The same with another time without a listener. */
    public CometOptions grace(Duration time) {
        return new CometOptions(connections, time, poll, keepAlive, replay, outbound);
    }

    /** The same with polls that wait so long. */
    public CometOptions poll(Duration time) {
        return new CometOptions(connections, grace, time, keepAlive, replay, outbound);
    }

    /** The same with comments as often as this. */
    public CometOptions keepAlive(Duration time) {
        return new CometOptions(connections, grace, poll, time, replay, outbound);
    }

    /** The same with so many bytes kept for a stream that breaks off. */
    public CometOptions replay(int bytes) {
        return new CometOptions(connections, grace, poll, keepAlive, bytes, outbound);
    }

    /** The same with another limit for what waits. */
    public CometOptions outbound(OutboundLimit limit) {
        return new CometOptions(connections, grace, poll, keepAlive, replay, limit);
    }
}
