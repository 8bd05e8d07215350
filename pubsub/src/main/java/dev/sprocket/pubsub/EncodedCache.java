package dev.sprocket.pubsub;

import dev.sprocket.core.spi.LayerContext;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encoded bytes by wire: the format of the message and the encoder of the connection.
 *
 * <p>Few entries are expected. Not thread-safe.
 */
final class EncodedCache {
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
