package dev.sprocket.pubsub;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Events encoded into one buffer for all recipients of the same events.
 *
 * <p>The buffer is created once per encoding. Confined to its delivery queue.
 */
final class EncodedRun implements AutoCloseable {
    final List<InFlightEvent> events;
    /** True if the delivery queue has nothing more to deliver in this iteration. The bytes can then be flushed. */
    final boolean isLast;

    private final List<EventEncoding> encodings = new ArrayList<>(1);
    private final List<ByteBuf> encoded = new ArrayList<>(1);

    EncodedRun(List<InFlightEvent> events, boolean isLast) {
        this.events = events;
        this.isLast = isLast;
    }

    /** Returns all events in the encoding of a subscriber. The bytes are owned by this object. */
    ByteBuf bytes(ConnectionSubscriber subscriber) {
        for (int i = 0; i < encodings.size(); i++) {
            if (subscriber.sharesBytesWith(encodings.get(i))) {
                return encoded.get(i);
            }
        }
        EventEncoding encoding = subscriber.encoding();
        ByteBuf bytes = join(encoding);
        encodings.add(encoding);
        encoded.add(bytes);
        return bytes;
    }

    private ByteBuf join(EventEncoding encoding) {
        if (events.size() == 1) {
            return events.get(0).bytes(encoding).retain();
        }
        int size = 0;
        for (InFlightEvent event : events) {
            size += event.bytes(encoding).readableBytes();
        }
        ByteBuf all = UnsampledBuffers.buffer(size);
        for (InFlightEvent event : events) {
            ByteBuf bytes = event.bytes(encoding);
            all.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
        }
        return all;
    }

    @Override
    public void close() {
        encoded.forEach(ByteBuf::release);
    }
}
