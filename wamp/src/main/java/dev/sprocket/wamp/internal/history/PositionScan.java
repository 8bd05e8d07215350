package dev.sprocket.wamp.internal.history;

import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Scan that selects no events, and finds the position of the client only. */
final class PositionScan implements HistoryScan {
    private final Selection empty;
    private final String topic;
    private final @Nullable Position top;
    private final @Nullable Position from;
    private final Gap.@Nullable Reason missing;
    private @Nullable Position end;

    /**
     * Creates a scan.
     *
     * @param topic name of the topic or pattern
     * @param top position of the newest event; null if the topic has no log, and for a pattern
     * @param from position after which events may be missing; null if unknown
     * @param missing why events may be missing up to the end; null if none are
     */
    PositionScan(
            Selection empty,
            String topic,
            @Nullable Position top,
            @Nullable Position from,
            Gap.@Nullable Reason missing) {
        this.empty = empty;
        this.topic = topic;
        this.top = top;
        this.from = from;
        this.missing = missing;
    }

    @Override
    public State step(@Nullable Position reached) {
        end = top == null || reached == null ? top : reached;
        return State.DONE;
    }

    @Override
    public CompletableFuture<?> pending() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Result result() {
        Gap gap = missing == null ? null : new Gap(topic, from, end, missing);
        return new Result(empty, gap == null, end, gap, 0);
    }
}
