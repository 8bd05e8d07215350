package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;

/**
 * Whether a peer wants to know what became of each of its messages. A bridge says so for its senders; {@link Publisher}
 * then answers with {@code ok} and the number of subscribers ({@code ok 3}; one number for each event), or with {@code
 * error} and why ({@code error line 1, column 5: expected a value}).
 */
@ThreadSafe
public final class PublishAck {
    private static final AttributeKey<Boolean> KEY = AttributeKey.of("wish for answers", "did a bridge state it?");

    private PublishAck() {}

    /** States that this peer wants answers. */
    public static void request(Connection conn) {
        KEY.set(conn, true);
    }

    /** States that this peer gets no answers any more. */
    public static void cancel(Connection conn) {
        KEY.set(conn, false);
    }

    /** Whether this peer wants answers. */
    public static boolean isWanted(Connection conn) {
        return Boolean.TRUE.equals(KEY.peek(conn));
    }
}
