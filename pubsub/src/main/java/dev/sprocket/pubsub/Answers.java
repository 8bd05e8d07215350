package dev.sprocket.pubsub;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Key;

/**
 * Whether a peer wants to know what became of each of its messages. A bridge says so for its senders; {@link Publisher}
 * then answers with {@code ok} and the number of subscribers ({@code ok 3}; one number for each event), or with {@code
 * error} and why ({@code error line 1, column 5: expected a value}).
 *
 * <p>Threads: any.
 */
public final class Answers {
    private static final Key<Boolean> KEY = Key.of("wish for answers", "did a bridge state it?");

    private Answers() {}

    /** States that this peer wants answers. */
    public static void want(Connection conn) {
        KEY.set(conn, true);
    }

    /** States that this peer gets no answers any more. */
    public static void stop(Connection conn) {
        KEY.set(conn, false);
    }

    /** Whether this peer wants answers. */
    public static boolean wanted(Connection conn) {
        return Boolean.TRUE.equals(KEY.peek(conn));
    }
}
