package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;

/**
 * How much may wait for a peer that reads too slowly, and what happens past it. Only whole messages are ever dropped, and
 * nothing that the protocol needs (close frames, pings, HTTP answers, bytes of a raw socket, and whatever a WebSocket sends
 * that compresses with a memory): if that does not fit any more, the connection is closed under every policy.
 *
 * <p>A message is always taken if nothing waits, however large it is; so a connection costs its limit, or its largest
 * message.
 *
 * @param bytes at least 1; each message counts about 100 bytes more than it has
 * @param overflow what happens past it
 */
@ThreadSafe
public record OutboundLimit(long bytes, OverflowPolicy overflow) {
    /** 1 MiB, then the connection is closed. */
    public static final OutboundLimit DEFAULT =
            new OutboundLimit(IoServer.DEFAULT_OUTBOUND_LIMIT, OverflowPolicy.CLOSE);

    /** Throws {@link IllegalArgumentException} for less than one byte. */
    public OutboundLimit {
        if (bytes < 1) {
            throw new IllegalArgumentException("outbound limit: " + bytes + " (expected: >= 1)");
        }
    }
}
