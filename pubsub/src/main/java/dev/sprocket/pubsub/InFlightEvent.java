package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.spi.PeerLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import java.util.ArrayList;
import java.util.List;

/**
 * One event on its way to the subscribers of a topic. It is encoded once for each {@link EventEncoding}, by the first lane that
 * needs it, and released by the last.
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

    InFlightEvent(Topic topic, PublishedEvent published, Audience audience, PendingEvent inFlight) {
        this.topic = topic;
        this.published = published;
        this.audience = audience;
        this.pending = inFlight.retain();
    }

    /** Whether two may leave as one buffer: not equal but the same, for equal handles have groups of their own. */
    @SuppressWarnings("ReferenceEquality")
    boolean canJoin(InFlightEvent other) {
        return topic == other.topic && audience == other.audience;
    }

    /** How long the event is, in bytes. */
    int size() {
        return published.event().size();
    }

    /** The bytes, which stay this object's; none, if it cannot be encoded so. */
    synchronized ByteBuf bytes(EventEncoding encoding) {
        int known = encodings.indexOf(encoding);
        if (known >= 0) {
            return encoded.get(known);
        }
        ByteBuf bytes = encode(encoding);
        encodings.add(encoding);
        encoded.add(bytes);
        return bytes;
    }

    /** Nothing, if the format has no words for it: those who read others are not to blame. */
    private ByteBuf encode(EventEncoding encoding) {
        try {
            return UnsampledBuffers.of(encoding.encode(published, PooledByteBufAllocator.DEFAULT));
        } catch (RuntimeException e) {
            LOG.warn(
                    encoding.format(),
                    "an event of {} is lost to those who read {}",
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
