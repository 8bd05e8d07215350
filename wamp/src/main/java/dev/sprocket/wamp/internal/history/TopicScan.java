package dev.sprocket.wamp.internal.history;

import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.EventLog.LoggedEvent;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Scan of one topic, up to the last event that the client has received.
 *
 * <p>A client that receives no events of the topic gets all up to the top.
 */
final class TopicScan implements HistoryScan {
    private static final int MAX_EVENTS = 256;
    private static final int MAX_BYTES = 256 * 1024;

    /**
     * Beginning of a scan.
     *
     * @param after position after which events are examined
     * @param first event before, which is examined first; null for none
     * @param windowed true if older events are left out, unless too few are selected without them
     * @param gap what may be missing before; null if nothing is
     * @param top position of the newest event
     */
    record Start(Position after, @Nullable KeptEvent first, boolean windowed, @Nullable Gap gap, Position top) {
        /**
         * Returns the beginning of a query.
         *
         * @param place place of the position of the query, or of the oldest event
         */
        static Start of(HistoryQuery query, EventLog.Place place, Bounds bounds) {
            boolean windowed = query.asksNewestOnly() && !place.limited().equals(place.start());
            Position after = windowed ? place.limited() : place.start();
            KeptEvent last = bounds.after();
            if (last != null && isBefore(after, last.logged().position())) {
                after = last.logged().position();
            }
            KeptEvent first = bounds.from();
            boolean begins = first != null && isBefore(after, first.logged().position());
            // without a given start, what is removed meanwhile is not missing
            return new Start(
                    query.hasStart() || windowed ? after : Position.EARLIEST,
                    begins ? first : null,
                    windowed,
                    place.gap(),
                    place.top());
        }
    }

    private final EventLog log;
    private final String topic;
    private final Supplier<Selection> newSelection;
    private final Position top;
    private Selection selection;
    /** Position of the last event that was examined. */
    private Position cursor;

    private boolean windowed;
    private @Nullable Gap gap;
    private @Nullable CompletableFuture<EventLog.Slice> reading;
    private Position end;
    /** True if no further event is examined. */
    private boolean ended;
    /** True if the last event that was examined ends the answer. */
    private boolean endsAtCursor;

    private int scanned;

    TopicScan(EventLog log, String topic, Start start, Supplier<Selection> newSelection) {
        this.log = log;
        this.topic = topic;
        this.newSelection = newSelection;
        this.selection = newSelection.get();
        this.cursor = start.after;
        this.windowed = start.windowed;
        this.gap = start.gap;
        this.top = start.top;
        this.end = start.top;
        if (start.first != null) {
            offer(start.first);
        }
    }

    @Override
    public State step(@Nullable Position reached) {
        end = reached == null ? top : reached;
        int max = scanned + MAX_PER_STEP;
        while (scanned < max) {
            if (ended || !isBefore(cursor, end)) {
                if (!windowed || selection.isFull()) {
                    return State.DONE;
                }
                begin();
            }
            CompletableFuture<EventLog.Slice> slice = reading;
            if (slice == null) {
                slice = log.read(topic, cursor, MAX_EVENTS, MAX_BYTES).toCompletableFuture();
            }
            if (!slice.isDone()) {
                reading = slice;
                return State.WAITING;
            }
            reading = null;
            accept(slice.join());
        }
        return State.MORE;
    }

    /** Scans from the oldest event, since too few of the newest are for this client. */
    private void begin() {
        windowed = false;
        ended = false;
        cursor = Position.EARLIEST;
        selection = newSelection.get();
    }

    private static boolean isBefore(Position position, Position end) {
        return position.epoch() != end.epoch() || position.offset() < end.offset();
    }

    private void accept(EventLog.Slice slice) {
        Gap missing = slice.gap();
        if (missing != null && !windowed) { // events were removed since the last step
            gap = gap == null ? missing : new Gap(topic, gap.from(), missing.to(), missing.reason());
        }
        if (slice.events().isEmpty() || missing != null && missing.reason() == Gap.Reason.UNKNOWN) {
            ended = true;
            return;
        }
        for (LoggedEvent logged : slice.events()) {
            if (logged.position().offset() > end.offset()) {
                ended = true;
                return;
            }
            offer(new KeptEvent(topic, logged));
            if (ended) {
                return;
            }
        }
    }

    private void offer(KeptEvent event) {
        scanned++;
        if (selection.offer(event)) {
            cursor = event.logged().position();
        } else {
            ended = true;
            endsAtCursor = true;
        }
    }

    @Override
    public CompletableFuture<?> pending() {
        return Objects.requireNonNull(reading, "no read (expected: after WAITING)");
    }

    @Override
    public Result result() {
        return new Result(
                selection,
                !windowed && !selection.isLimited(),
                endsAtCursor || !isBefore(cursor, end) ? cursor : end,
                gap,
                scanned);
    }
}
