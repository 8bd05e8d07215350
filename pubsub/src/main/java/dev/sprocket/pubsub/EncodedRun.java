package dev.sprocket.pubsub;

import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.pubsub.internal.delivery.UnsampledBuffers;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events encoded into one buffer for all recipients of the same events.
 *
 * <p>The buffer is created once per wire. Confined to its delivery queue.
 */
final class EncodedRun implements AutoCloseable {
    /**
     * Encoded bytes by wire: the format of the message and the encoder of the connection.
     *
     * <p>Few entries are expected. Not thread-safe.
     */
    static final class Cache {
        private record Entry(EventFormat format, LayerContext.Encoder encoder, ByteBuf bytes) {}

        private final List<Entry> entries = new ArrayList<>(1);

        /** Returns the bytes for a wire, owned by this cache; null if there are none. */
        @SuppressWarnings("ReferenceEquality") // the same objects write the same bytes
        @Nullable
        ByteBuf find(EventFormat format, LayerContext.Encoder encoder) {
            for (int i = 0; i < entries.size(); i++) {
                Entry entry = entries.get(i);
                if (entry.format == format && entry.encoder == encoder) {
                    return entry.bytes;
                }
            }
            return null;
        }

        /** Adds the bytes for a wire, takes over one reference to them, and returns them. */
        ByteBuf add(EventFormat format, LayerContext.Encoder encoder, ByteBuf bytes) {
            entries.add(new Entry(format, encoder, bytes));
            return bytes;
        }

        void release() {
            entries.forEach(entry -> entry.bytes.release());
        }
    }

    final List<InFlightEvent> events;
    /** True if the delivery queue has nothing more to deliver in this iteration. The bytes can then be flushed. */
    final boolean isLast;

    private final Cache cache = new Cache();

    EncodedRun(List<InFlightEvent> events, boolean isLast) {
        this.events = events;
        this.isLast = isLast;
    }

    /** Returns all events encoded for a wire. The bytes are owned by this object. */
    ByteBuf bytes(EventFormat format, LayerContext.Encoder encoder) {
        ByteBuf existing = cache.find(format, encoder);
        return existing != null ? existing : cache.add(format, encoder, join(format, encoder));
    }

    private ByteBuf join(EventFormat format, LayerContext.Encoder encoder) {
        if (events.size() == 1) {
            return events.get(0).bytes(format, encoder).retain();
        }
        int size = 0;
        for (InFlightEvent event : events) {
            size += event.bytes(format, encoder).readableBytes();
        }
        ByteBuf all = UnsampledBuffers.buffer(size);
        for (InFlightEvent event : events) {
            ByteBuf bytes = event.bytes(format, encoder);
            all.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
        }
        return all;
    }

    @Override
    public void close() {
        cache.release();
    }

    /**
     * Events that were read from the log, each encoded once for all who receive it.
     *
     * <p>Confined to its delivery queue.
     */
    static final class Slice implements AutoCloseable {
        static final Slice EMPTY = new Slice(List.of(), List.of());

        private final List<EventLog.LoggedEvent> events;
        private final List<InFlightEvent> inFlight;

        private Slice(List<EventLog.LoggedEvent> events, List<InFlightEvent> inFlight) {
            this.events = events;
            this.inFlight = inFlight;
        }

        /** Creates a slice of events of a topic. */
        static Slice of(List<EventLog.LoggedEvent> events, TopicState state) {
            Topic topic = state.topic;
            List<InFlightEvent> inFlight = new ArrayList<>(events.size());
            for (EventLog.LoggedEvent logged : events) {
                PublishedEvent published = InFlightEvent.published(
                        topic.id(), logged.event(), logged.position().offset(), topic, logged.publication(), logged);
                inFlight.add(new InFlightEvent(state, published, logged.audience(), null));
            }
            return new Slice(events, inFlight);
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
}
