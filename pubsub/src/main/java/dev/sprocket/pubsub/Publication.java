package dev.sprocket.pubsub;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import java.util.ArrayList;
import java.util.List;

/**
 * One event on its way to the subscribers of a topic. It is encoded once for each {@link Encoding}, by the first lane that
 * needs it, and released by the last. Threads: any.
 */
final class Publication extends AbstractReferenceCounted {
    /** What one costs beside its text, in bytes, roughly. */
    private static final int OVERHEAD = 256;

    final Topic topic;
    final Published published;
    final Audience audience;
    private final List<Encoding> encodings = new ArrayList<>(1);
    private final List<ByteBuf> encoded = new ArrayList<>(1);

    Publication(Topic topic, Published published, Audience audience) {
        this.topic = topic;
        this.published = published;
        this.audience = audience;
        topic.waiting(OVERHEAD + size());
    }

    /** Whether two may leave as one buffer: not equal but the same, for equal handles have groups of their own. */
    @SuppressWarnings("ReferenceEquality")
    boolean goesWith(Publication other) {
        return topic == other.topic && audience == other.audience;
    }

    /** How long the event is, in bytes. */
    int size() {
        return published.event().size();
    }

    /** The bytes, which stay this object's. */
    synchronized ByteBuf bytes(Encoding encoding) {
        int known = encodings.indexOf(encoding);
        if (known >= 0) {
            return encoded.get(known);
        }
        ByteBuf bytes = Shared.of(encoding.encode(published, PooledByteBufAllocator.DEFAULT));
        encodings.add(encoding);
        encoded.add(bytes);
        return bytes;
    }

    @Override
    protected void deallocate() {
        topic.waiting(-OVERHEAD - size());
        encoded.forEach(ByteBuf::release);
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
