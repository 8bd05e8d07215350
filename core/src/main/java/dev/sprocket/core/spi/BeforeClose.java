package dev.sprocket.core.spi;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;

/**
 * Callback that lets a protocol send a final message when a lower layer is about to close the connection. The lower layer
 * {@linkplain CloseRequest#claim takes} the {@link CloseRequest} and leaves it to the protocol when it is closed, which may wait for the
 * peer to answer.
 *
 * <p>Threads: {@link #set} any; the callback runs on the event loop, and must not block.
 */
public final class BeforeClose {
    /** Sends the final message. */
    @FunctionalInterface
    public interface Hook {
        /**
         * Called once.
         *
         * @param close closes the connection; to be run when the peer has answered, or has had the time to
         */
        void run(CloseRequest.Cause cause, Runnable close);
    }

    private static final AttributeKey<Hook> KEY = AttributeKey.of("last words", "has somebody any?");

    private BeforeClose() {}

    /** Sets the callback of the protocol on this connection. */
    public static void set(Connection conn, Hook words) {
        KEY.set(conn, words);
    }

    /** Calls it; without one the connection is closed at once. */
    public static void run(Connection conn, CloseRequest.Cause cause, Runnable close) {
        Hook words = KEY.peek(conn);
        if (words != null) {
            words.run(cause, close);
        } else {
            close.run();
        }
    }
}
