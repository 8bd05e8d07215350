package dev.sprocket.wamp.internal.history;

import dev.sprocket.pubsub.Subscriber;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * Events that are selected for an answer, within its limits.
 *
 * <p>Beyond the limits the newest events are left out, or the oldest of a reverse order.
 */
final class Selection {
    private final HistoryQuery query;
    private final Bounds bounds;
    private final Subscriber reader;
    private final long maxBytes;
    private final Deque<KeptEvent> events = new ArrayDeque<>();
    private long bytes;
    private boolean limited;

    /**
     * Creates an empty selection.
     *
     * @param reader client that must be allowed to read the events
     * @param maxBytes maximum size of the events in bytes; one event is returned in any case
     */
    Selection(HistoryQuery query, Bounds bounds, Subscriber reader, long maxBytes) {
        this.query = query;
        this.bounds = bounds;
        this.reader = reader;
        this.maxBytes = maxBytes;
    }

    /**
     * Takes the next event, if it is selected.
     *
     * @return false if neither this nor any later event is selected
     */
    boolean offer(KeptEvent event) {
        if (bounds.hasEnded(event)) {
            return false;
        }
        if (!bounds.hasBegun(event) || !query.includes(event.logged().time()) || !event.isFor(reader)) {
            return true;
        }
        if (!query.reverse && isFull(event)) {
            limited = true;
            return false;
        }
        events.addLast(event);
        bytes += event.size();
        while (events.size() > query.limit || bytes > maxBytes && events.size() > 1) {
            bytes -= events.removeFirst().size();
            limited = true;
        }
        return true;
    }

    private boolean isFull(KeptEvent next) {
        return events.size() == query.limit || !events.isEmpty() && bytes + next.size() > maxBytes;
    }

    /** Reports whether no more events can be selected. */
    boolean isFull() {
        return events.size() == query.limit;
    }

    /** Reports whether selected events were left out. */
    boolean isLimited() {
        return limited;
    }

    /** Returns the events in the order that was asked for. */
    List<KeptEvent> events() {
        List<KeptEvent> all = new ArrayList<>(events);
        if (query.reverse) {
            Collections.reverse(all);
        }
        return all;
    }
}
