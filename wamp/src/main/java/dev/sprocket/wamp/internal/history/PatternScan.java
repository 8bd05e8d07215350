package dev.sprocket.wamp.internal.history;

import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.EventLog.LoggedEvent;
import dev.sprocket.pubsub.Position;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Scan of the events of several topics, merged by time.
 *
 * <p>It ends with the events that the topics had when it began.
 */
final class PatternScan implements HistoryScan {
    /** Maximum number of events that are read of one topic at once. */
    private static final int MAX_EVENTS = 16;

    private static final int MAX_BYTES = 64 * 1024;

    /** Topic whose events are read one after the other. */
    private static final class Source {
        final String topic;
        final Position top;
        final Deque<LoggedEvent> events = new ArrayDeque<>(0);
        Position last = Position.EARLIEST;

        Source(String topic, Position top) {
            this.topic = topic;
            this.top = top;
        }

        KeptEvent first() {
            return new KeptEvent(topic, events.element());
        }
    }

    private final EventLog log;
    private final Selection selection;
    private boolean complete;
    /** Topics of which events must be read before the merge continues. */
    private final Deque<Source> unread = new ArrayDeque<>();

    private final PriorityQueue<Source> byTime =
            new PriorityQueue<>(Comparator.comparing(Source::first, KeptEvent.ORDER));
    private @Nullable CompletableFuture<EventLog.Slice> reading;
    private int scanned;

    /**
     * Creates a scan without topics.
     *
     * @param complete false if there are more topics than are scanned
     */
    PatternScan(EventLog log, Selection selection, boolean complete) {
        this.log = log;
        this.selection = selection;
        this.complete = complete;
    }

    /** Adds a topic, with the position of its newest event. */
    void add(String topic, Position top) {
        unread.add(new Source(topic, top));
    }

    @Override
    public State step(@Nullable Position reached) {
        int max = scanned + MAX_PER_STEP;
        while (scanned < max) {
            Source source = unread.peek();
            if (source == null) {
                source = byTime.poll();
                if (source == null || !selection.offer(source.first())) {
                    return State.DONE;
                }
                scanned++;
                source.events.remove();
                if (source.events.isEmpty()) {
                    unread.add(source);
                } else {
                    byTime.add(source);
                }
            } else if (!read(source)) {
                return State.WAITING;
            }
        }
        return State.MORE;
    }

    /** Reads events of a topic. Returns false if they follow later. */
    private boolean read(Source source) {
        CompletableFuture<EventLog.Slice> slice = reading;
        if (slice == null) {
            slice = log.read(source.topic, source.last, MAX_EVENTS, MAX_BYTES).toCompletableFuture();
        }
        if (!slice.isDone()) {
            reading = slice;
            return false;
        }
        reading = null;
        scanned++; // a read without events is not free
        unread.remove();
        complete &= slice.join().gap() == null; // otherwise events were removed since the last read
        for (LoggedEvent logged : slice.join().events()) {
            if (logged.position().epoch() == source.top.epoch()
                    && logged.position().offset() <= source.top.offset()) {
                source.events.add(logged);
                source.last = logged.position();
            }
        }
        if (!source.events.isEmpty()) {
            byTime.add(source);
        }
        return true;
    }

    @Override
    public CompletableFuture<?> pending() {
        return Objects.requireNonNull(reading, "no read (expected: after WAITING)");
    }

    @Override
    public Result result() {
        return new Result(selection, complete && !selection.isLimited(), null, null, scanned);
    }
}
