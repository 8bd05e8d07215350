package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.log.PeerLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import java.util.ArrayList;
import java.util.List;

/**
 * Event on its way to the subscribers of one topic.
 *
 * <p>It is encoded once per {@link EventEncoding}, by the first delivery queue that needs it, and released by the last.
 */
@ThreadSafe
final class InFlightEvent extends AbstractReferenceCounted {
    private static final PeerLog LOG = PeerLog.of(Topics.class);

    final Topic topic;
    final PublishedEvent published;
    final Audience audience;
    private final PendingEvent pending;
    private final List<EventEncoding> encodings = new ArrayList<>(1);
    private final List<ByteBuf> encoded = new ArrayList<>(1);

    InFlightEvent(Topic topic, PublishedEvent published, Audience audience, PendingEvent pending) {
        this.topic = topic;
        this.published = published;
        this.audience = audience;
        this.pending = pending.retain();
    }

    /**
     * Reports whether two events can be part of one buffer.
     *
     * <p>Compares topics by identity, because equal handles have separate subscribers.
     */
    @SuppressWarnings("ReferenceEquality")
    boolean canJoin(InFlightEvent other) {
        return topic == other.topic && audience == other.audience;
    }

    /** Returns the size of the event, in bytes. */
    int size() {
        return published.event().size();
    }

    /** Returns the encoded event, owned by this object; empty if it cannot be encoded. */
    synchronized ByteBuf bytes(EventEncoding encoding) {
        int index = encodings.indexOf(encoding);
        if (index >= 0) {
            return encoded.get(index);
        }
        ByteBuf bytes = encode(encoding);
        encodings.add(encoding);
        encoded.add(bytes);
        return bytes;
    }

    /** Returns the encoded event, or an empty buffer if this format cannot encode it. Other formats are unaffected. */
    private ByteBuf encode(EventEncoding encoding) {
        try {
            return UnsampledBuffers.of(encoding.encode(published, PooledByteBufAllocator.DEFAULT));
        } catch (RuntimeException e) {
            LOG.warn(
                    encoding.format(),
                    "event encoding failed, subscribers with this format do not receive it: topic={} format={}",
                    published.topic(),
                    encoding.format(),
                    e);
            return Unpooled.EMPTY_BUFFER;
        }
    }

    @Override
    protected void deallocate() {
        pending.release();
        encoded.forEach(ByteBuf::release);
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
