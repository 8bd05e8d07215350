package dev.sprocket.pubsub.internal.push;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.pubsub.push.Publisher;
import java.util.Optional;

/**
 * Results of the pushes of a connection.
 *
 * <p>A bridge sets a listener for its senders; {@link Publisher} reports the results, also from within filters.
 */
@ThreadSafe
public final class PushResults {
    private static final AttributeKey<Listener> KEY =
            AttributeKey.of("listener of push results", "did the bridge set one?");

    /** Receives the result of each push of a connection. */
    @ThreadSafe
    @FunctionalInterface
    public interface Listener {
        /** Replies to the sender with {@link PushResult#acknowledgement}. */
        Listener ACKNOWLEDGE = (from, result) -> from.send(result.acknowledgement());

        /**
         * Called for a push, and for a message that a filter has rejected.
         *
         * <p>Called on the thread of the message.
         */
        void onResult(Connection from, PushResult result);
    }

    private static final PeerLog LOG = PeerLog.of(PushHandler.class);

    private PushResults() {}

    /** Sets the listener of a connection. */
    public static void listen(Connection conn, Listener listener) {
        KEY.set(conn, listener);
    }

    /** Returns the listener of a connection. */
    public static Optional<Listener> listener(Connection conn) {
        return KEY.find(conn);
    }

    /** Removes the listener of a connection. */
    public static void ignore(Connection conn) {
        KEY.hide(conn);
    }

    /** Logs a rejected push of a bridge whose protocol does not log it. */
    public static void logRejection(Connection from, PushResult.Rejected rejection) {
        String reason = rejection.reason();
        LOG.cause(reason).warn(from, "push rejected: peer={} reason={}", from, reason);
    }

    /** Passes a result to the listener of a connection, if it has one. */
    public static void report(Connection from, PushResult result) {
        Listener listener = KEY.find(from).orElse(null);
        if (listener != null) {
            listener.onResult(from, result);
        }
    }
}
