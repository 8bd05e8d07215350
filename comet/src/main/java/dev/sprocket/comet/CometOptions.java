package dev.sprocket.comet;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.flow.OutboundLimit;
import java.time.Duration;

/**
 * Options of a {@link CometServer}, changed by copies.
 *
 * <pre>{@code
 * CometOptions.DEFAULT.connections(500).grace(Duration.ofMinutes(1));
 * }</pre>
 */
@ThreadSafe
public final class CometOptions {
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

    private final int connections;
    private final Duration grace;
    private final Duration poll;
    private final Duration keepAlive;
    private final int replay;
    private final OutboundLimit outbound;

    private CometOptions(
            int connections, Duration grace, Duration poll, Duration keepAlive, int replay, OutboundLimit outbound) {
        this.connections = connections;
        this.grace = grace;
        this.poll = poll;
        this.keepAlive = keepAlive;
        this.replay = replay;
        this.outbound = outbound;
    }

    /** Returns the maximum number of connections; further ones are answered with 503. */
    public int connections() {
        return connections;
    }

    /**
     * Returns a copy with another maximum number of connections.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public CometOptions connections(int max) {
        return new CometOptions(atLeast(1, "connections", max), grace, poll, keepAlive, replay, outbound);
    }

    /**
     * Returns the time for which a connection stays open without a listener.
     *
     * <p>That is between two polls, or after its stream broke off.
     */
    public Duration grace() {
        return grace;
    }

    /**
     * Returns a copy with another grace period.
     *
     * @throws IllegalArgumentException if it is not above zero
     */
    public CometOptions grace(Duration time) {
        return new CometOptions(connections, positive("grace", time), poll, keepAlive, replay, outbound);
    }

    /** Returns the maximum time for which a poll waits for messages. */
    public Duration poll() {
        return poll;
    }

    /**
     * Returns a copy with another maximum duration of polls.
     *
     * @param time must be less than the response timeout ({@code HttpTimeouts.response})
     * @throws IllegalArgumentException if it is not above zero
     */
    public CometOptions poll(Duration time) {
        return new CometOptions(connections, grace, positive("poll", time), keepAlive, replay, outbound);
    }

    /** Returns the interval between comments on a stream without events. */
    public Duration keepAlive() {
        return keepAlive;
    }

    /**
     * Returns a copy with another interval between comments.
     *
     * @throws IllegalArgumentException if it is not above zero
     */
    public CometOptions keepAlive(Duration time) {
        return new CometOptions(connections, grace, poll, positive("keepAlive", time), replay, outbound);
    }

    /** Returns the number of sent bytes that are kept for streams that break off. */
    public int replay() {
        return replay;
    }

    /**
     * Returns a copy with another number of bytes kept for streams that break off.
     *
     * @param bytes for polls, in addition to the bytes that may be pending
     * @throws IllegalArgumentException if it is negative
     */
    public CometOptions replay(int bytes) {
        return new CometOptions(connections, grace, poll, keepAlive, atLeast(0, "replay", bytes), outbound);
    }

    /** Returns the limit of pending bytes, and the policy beyond it. */
    public OutboundLimit outbound() {
        return outbound;
    }

    /**
     * Returns a copy with another limit of pending bytes.
     *
     * @param limit {@code CONFLATE} drops the oldest messages, because messages have no topics
     */
    public CometOptions outbound(OutboundLimit limit) {
        return new CometOptions(connections, grace, poll, keepAlive, replay, limit);
    }

    private static Duration positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: above zero)");
        }
        return value;
    }

    private static int atLeast(int min, String name, int value) {
        if (value < min) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + min + ")");
        }
        return value;
    }
}
