package dev.sprocket.wamp.internal.history;

import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Scan of the events of a query, in steps.
 *
 * <p>Confined to the executor of the client that asks.
 */
interface HistoryScan {
    /** Number of events of a step; other tasks of the event loop run between steps. */
    int MAX_PER_STEP = 2000;

    /** State after a step. */
    enum State {
        /** All is selected that the query asks for. */
        DONE,
        /** Another step follows. */
        MORE,
        /** Another step follows when {@link #pending} is complete. */
        WAITING
    }

    /**
     * Result of a scan.
     *
     * @param selection selected events
     * @param complete false if further events were selected than are returned
     * @param position position after which events follow; null for a pattern
     * @param gap what may be missing; null if nothing is
     * @param scanned number of events that were examined
     */
    record Result(Selection selection, boolean complete, @Nullable Position position, @Nullable Gap gap, int scanned) {}

    /**
     * Scans the next events.
     *
     * @param reached position up to which the client has received the events; null if it receives none
     * @throws java.util.concurrent.CompletionException if the log is not readable
     */
    State step(@Nullable Position reached);

    /** Returns what a scan waits for. */
    CompletionStage<?> pending();

    /** Returns the result after the last step. */
    Result result();
}
