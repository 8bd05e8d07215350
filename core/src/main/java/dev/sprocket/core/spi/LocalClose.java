package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;

/**
 * Tells a connection that was closed at this side from one whose peer has left. Once closed here, nothing more is delivered;
 * what a peer sent before it left still is, even if callbacks run late.
 */
@ThreadSafe
public final class LocalClose {
    private static final AttributeKey<Boolean> KEY =
            AttributeKey.of("own close", "was the connection closed at this side?");

    private LocalClose() {}

    /** Called by a connection's own {@code close}. */
    public static void mark(Connection conn) {
        KEY.set(conn, true);
    }

    /** What is marked below is not about this one. */
    static void hide(Connection conn) {
        KEY.hide(conn);
    }

    /** Whether it, or a level below it, was closed at this side. */
    public static boolean isMarked(Connection conn) {
        return KEY.peek(conn) != null;
    }
}
