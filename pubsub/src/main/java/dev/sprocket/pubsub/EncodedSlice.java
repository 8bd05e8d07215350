package dev.sprocket.pubsub;

import java.util.ArrayList;
import java.util.List;

/**
 * Events that were read from the log, each encoded once for all who receive it.
 *
 * <p>Confined to its delivery queue.
 */
final class EncodedSlice implements AutoCloseable {
    static final EncodedSlice EMPTY = new EncodedSlice(List.of(), List.of());

    private final List<EventLog.LoggedEvent> events;
    private final List<InFlightEvent> inFlight;

    private EncodedSlice(List<EventLog.LoggedEvent> events, List<InFlightEvent> inFlight) {
        this.events = events;
        this.inFlight = inFlight;
    }

    /** Creates a slice of events of a topic. */
    static EncodedSlice of(List<EventLog.LoggedEvent> events, TopicState state) {
        Topic topic = state.topic;
        List<InFlightEvent> inFlight = new ArrayList<>(events.size());
        for (EventLog.LoggedEvent logged : events) {
            PublishedEvent published = InFlightEvent.published(
                    topic.id(), logged.event(), logged.position().offset(), topic, logged);
            inFlight.add(new InFlightEvent(state, published, logged.audience(), null));
        }
        return new EncodedSlice(events, inFlight);
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    int size() {
        return events.size();
    }

    Position position(int index) {
        return events.get(index).position();
    }

    Audience audience(int index) {
        return events.get(index).audience();
    }

    /** Returns the index of the event after a position; 0 if not in the slice. */
    int indexAfter(Position position) {
        int low = 0;
        int high = events.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (position(middle).offset() < position.offset()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low + 1 < events.size() && position(low).equals(position) ? low + 1 : 0;
    }

    /** Returns the end of the events that have the same recipients. */
    @SuppressWarnings("ReferenceEquality") // another audience may have other recipients
    int endOfPart(int from) {
        Audience audience = audience(from);
        int to = from + 1;
        boolean isSingle = audience.isForSubscribedOnly(); // depends on the event's position
        while (!isSingle && to < events.size() && audience(to) == audience) {
            to++;
        }
        return to;
    }

    /** Returns some of the events as a run, which the caller closes. */
    EncodedRun run(int from, int to) {
        return new EncodedRun(inFlight.subList(from, to), true);
    }

    @Override
    public void close() {
        inFlight.forEach(InFlightEvent::release);
    }
}
