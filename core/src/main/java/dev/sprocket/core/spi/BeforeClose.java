package dev.sprocket.core.spi;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;

/**
 * Callback that lets a protocol send a final message before a lower layer closes.
 *
 * <p>The lower layer {@linkplain CloseRequest#claim claims} the {@link CloseRequest} and leaves the time of the close
 * to the protocol, which may wait for the peer's answer.
 *
 * <p>{@link #set} may be called from any thread; the callback runs on the event loop and must not block.
 */
public final class BeforeClose {
    /** Sends the final message of a protocol. */
    @FunctionalInterface
    public interface Hook {
        /**
         * Sends the final message. Called once.
         *
         * @param close closes the connection; to be run when the peer has answered, or after a timeout
         */
        void run(CloseRequest.Cause cause, Runnable close);
    }

    private static final AttributeKey<Hook> KEY = AttributeKey.of("before-close hook", "was BeforeClose.set called?");

    private BeforeClose() {}

    /** Sets the hook of the protocol on this connection. */
    public static void set(Connection conn, Hook hook) {
        KEY.set(conn, hook);
    }

    /** Runs the hook of a connection; without a hook, closes it immediately. */
    public static void run(Connection conn, CloseRequest.Cause cause, Runnable close) {
        Hook hook = KEY.peek(conn);
        if (hook != null) {
            hook.run(cause, close);
        } else {
            close.run();
        }
    }
}
