package dev.sprocket.core.flow;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * Limit of the bytes that are pending for a slow reader, with its policy.
 *
 * <p>Only complete messages are dropped, and never those that the protocol needs (close frames, pings, HTTP responses,
 * bytes of a raw socket, and WebSocket messages compressed with context takeover): if these exceed the limit, the
 * connection is closed under every policy.
 *
 * <p>A message of any size is accepted if none is pending, so a connection uses at most its limit or its largest
 * message.
 *
 * @param bytes at least 1; each message counts about 100 bytes more than its size
 * @param overflow policy beyond the limit
 */
@ThreadSafe
public record OutboundLimit(long bytes, Overflow overflow) {
    /** Default limit: 1 MiB. */
    public static final long DEFAULT_BYTES = 1 << 20;

    /** Default: 1 MiB, then the connection is closed. */
    public static final OutboundLimit DEFAULT = new OutboundLimit(DEFAULT_BYTES, Overflow.CLOSE);

    /** Throws {@link IllegalArgumentException} for less than one byte. */
    public OutboundLimit {
        if (bytes < 1) {
            throw new IllegalArgumentException("outbound limit: " + bytes + " (expected: >= 1)");
        }
    }

    /** Policy for messages that exceed the outbound limit of a slow reader. */
    @ThreadSafe
    public enum Overflow {
        /** Closes the connection, and tells the peer the reason if the protocol can. */
        CLOSE,
        /** Drops the message that exceeds the limit. */
        DROP_NEWEST,
        /** Drops the oldest pending messages until the new one fits. */
        DROP_OLDEST,
        /**
         * Keeps only the latest pending message per topic.
         *
         * <p>If that is not enough, drops the oldest messages like {@link #DROP_OLDEST}. Messages without a topic are
         * not compared.
         */
        CONFLATE
    }
}
