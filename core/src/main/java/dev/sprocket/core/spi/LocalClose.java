package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;

/**
 * Marks connections that were closed locally, as opposed to by the peer.
 *
 * <p>After a local close nothing more is delivered. Messages that a peer sent before it disconnected are still
 * delivered, even if callbacks run late.
 */
@ThreadSafe
public final class LocalClose {
    private static final AttributeKey<Boolean> KEY = AttributeKey.of("local close", "was close() called?");

    private LocalClose() {}

    /** Marks a connection as closed locally. Called by its own {@code close}. */
    public static void mark(Connection conn) {
        KEY.set(conn, true);
    }

    /** Hides the marks of lower layers from this connection. */
    public static void hide(Connection conn) {
        KEY.hide(conn);
    }

    /** Reports whether the connection, or a layer below it, was closed locally. */
    public static boolean isMarked(Connection conn) {
        return KEY.peek(conn) != null;
    }
}
