package dev.sprocket.websocket;

import com.google.errorprone.annotations.Immutable;
import java.time.Duration;

/**
 * Times of pings that detect unresponsive peers.
 *
 * <p>A peer that has sent nothing for the idle time is pinged; if it sends nothing for the pong timeout either, the
 * connection is closed. Any received bytes count as a sign of life. Both times are accurate to half a second.
 *
 * @param idle time without received bytes after which the peer is pinged; at least a second
 * @param pongTimeout time without received bytes after a ping until the connection is closed; at least a second
 */
@Immutable
public record KeepAlive(Duration idle, Duration pongTimeout) {
    /** Default times: a ping after 30 seconds, a close after 10 more. */
    public static final KeepAlive DEFAULT = new KeepAlive(Duration.ofSeconds(30), Duration.ofSeconds(10));

    /** Disables pings; a silent peer is never closed. */
    public static final KeepAlive OFF = new KeepAlive(Duration.ofSeconds(Long.MAX_VALUE), Duration.ofSeconds(10));

    /** Throws {@link IllegalArgumentException} for a time below one second. */
    public KeepAlive {
        require("idle", idle);
        require("pongTimeout", pongTimeout);
    }

    private static void require(String name, Duration value) {
        if (value.toSeconds() < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= PT1S)");
        }
    }

    /** Reports whether peers are pinged at all. */
    public boolean isOn() {
        return idle.compareTo(Duration.ofDays(36_500)) < 0;
    }
}
