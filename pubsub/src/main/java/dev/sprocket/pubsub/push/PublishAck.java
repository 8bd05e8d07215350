package dev.sprocket.pubsub.push;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;

/**
 * Request of a peer for a reply to each of its messages.
 *
 * <p>A bridge sets it for its senders. {@link Publisher} then replies to each message with {@code ok} and the number of
 * subscribers of each event ({@code ok 3}), or with {@code error} and the reason ({@code error line 1, column 5:
 * expected a value}).
 */
@ThreadSafe
public final class PublishAck {
    private static final AttributeKey<Boolean> KEY =
            AttributeKey.of("publish acknowledgement", "did a bridge request it?");

    private PublishAck() {}

    /** Enables replies for a peer. */
    public static void request(Connection conn) {
        KEY.set(conn, true);
    }

    /** Disables replies for a peer. */
    public static void cancel(Connection conn) {
        KEY.set(conn, false);
    }

    /** Reports whether replies are enabled for a peer. */
    public static boolean isWanted(Connection conn) {
        return Boolean.TRUE.equals(KEY.peek(conn));
    }
}
