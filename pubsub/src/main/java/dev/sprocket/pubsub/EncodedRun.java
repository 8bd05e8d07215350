package dev.sprocket.pubsub;

import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.pubsub.internal.delivery.UnsampledBuffers;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Events encoded into one buffer for all recipients of the same events.
 *
 * <p>The buffer is created once per wire. Confined to its delivery queue.
 */
final class EncodedRun implements AutoCloseable {
    final List<InFlightEvent> events;
    /** True if the delivery queue has nothing more to deliver in this iteration. The bytes can then be flushed. */
    final boolean isLast;

    private final EncodedCache cache = new EncodedCache();

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
}
