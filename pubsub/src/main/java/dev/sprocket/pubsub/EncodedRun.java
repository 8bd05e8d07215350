package dev.sprocket.pubsub;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Publications that leave as one buffer for everybody who gets just these, put together once for each encoding. Confined to its delivery queue.
 */
final class EncodedRun implements AutoCloseable {
    final List<InFlightEvent> events;
    /** Whether nothing follows on this lane in this turn, so that there is nothing to wait for. */
    final boolean isLast;

    private final List<EventEncoding> encodings = new ArrayList<>(1);
    private final List<ByteBuf> encoded = new ArrayList<>(1);

    EncodedRun(List<InFlightEvent> publications, boolean isLast) {
        this.events = publications;
        this.isLast = isLast;
    }

    /** All of them, encoded as for this subscriber; the bytes stay this object's. */
    ByteBuf bytes(ConnectionSubscriber conn) {
        for (int i = 0; i < encodings.size(); i++) {
            if (conn.sharesBytesWith(encodings.get(i))) {
                return encoded.get(i);
            }
        }
        EventEncoding encoding = conn.encoding();
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
        for (InFlightEvent publication : events) {
            size += publication.bytes(encoding).readableBytes();
        }
        ByteBuf all = UnsampledBuffers.buffer(size);
        for (InFlightEvent publication : events) {
            ByteBuf one = publication.bytes(encoding);
            all.writeBytes(one, one.readerIndex(), one.readableBytes());
        }
        return all;
    }

    @Override
    public void close() {
        encoded.forEach(ByteBuf::release);
    }
}
