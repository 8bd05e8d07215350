package dev.sprocket.websocket;

import java.time.Duration;

/**
 * Looks for peers that have gone without a word: a ping after a time without anything from the peer, and the end when
 * that is not answered. Whatever the peer sends counts as life. Both times are kept to half a second.
 *
 * @param idle how long a peer may be silent before it is pinged
 * @param answer how long it may then go on being silent
 */
public record KeepAlive(Duration idle, Duration pongTimeout) {
    /** A ping after 30 seconds, the end after 10 more. */
    public static final KeepAlive DEFAULT = new KeepAlive(Duration.ofSeconds(30), Duration.ofSeconds(10));

    /** No pings: a peer may be silent for ever. */
    public static final KeepAlive OFF = new KeepAlive(Duration.ofSeconds(Long.MAX_VALUE), Duration.ofSeconds(10));

    /** Throws {@link IllegalArgumentException} for less than a second. */
    public KeepAlive {
        require("idle", idle);
        require("answer", pongTimeout);
    }

    private static void require(String name, Duration value) {
        if (value.toSeconds() < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= PT1S)");
        }
    }

    boolean isOn() {
        return idle.compareTo(Duration.ofDays(36_500)) < 0;
    }
}
