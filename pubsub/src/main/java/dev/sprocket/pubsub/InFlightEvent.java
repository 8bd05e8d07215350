package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Message;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.pubsub.internal.delivery.PendingEvent;
import dev.sprocket.pubsub.internal.delivery.UnsampledBuffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import org.jspecify.annotations.Nullable;

/**
 * Event on its way to the subscribers of one topic or pattern.
 *
 * <p>It is encoded once per wire, by the first delivery queue that needs it, and released by the last.
 */
@ThreadSafe
final class InFlightEvent extends AbstractReferenceCounted {
    private static final PeerLog LOG = PeerLog.of(Topic.class);

    final TopicState state;
    final PublishedEvent published;
    final Audience audience;
    /** Position of the previous event of the topic; null without a log. */
    @Nullable
    Position previous;

    /** Null for an event that was read from the log. */
    private final @Nullable PendingEvent pending;
    /** Guarded by this object's lock. */
    private final EncodedRun.Cache cache = new EncodedRun.Cache();

    InFlightEvent(TopicState state, PublishedEvent published, Audience audience, @Nullable PendingEvent pending) {
        this.state = state;
        this.published = published;
        this.audience = audience;
        this.pending = pending == null ? null : pending.retain();
    }

    /**
     * Returns an event as subscribers of a topic or pattern see it.
     *
     * @param publication publication id; 0 if this server chooses it
     * @param logged event in the log; null if its topic has none
     */
    static PublishedEvent published(
            String topic,
            Event event,
            long number,
            Topic subscription,
            long publication,
            EventLog.@Nullable LoggedEvent logged) {
        return new PublishedEvent(
                topic,
                event,
                number,
                subscription.match(),
                subscription.id(),
                publication,
                logged == null ? null : logged.position());
    }

    /**
     * Reports whether two events can be part of one buffer.
     *
     * <p>They have the same subscribers and the same audience.
     */
    @SuppressWarnings("ReferenceEquality") // a later state of a topic has other subscribers
    boolean canJoin(InFlightEvent other) {
        return state == other.state && audience == other.audience;
    }

    /** Returns the size of the event, in bytes. */
    int size() {
        return published.event().size();
    }

    /** Returns the encoded event, owned by this object; empty if it cannot be encoded. */
    synchronized ByteBuf bytes(EventFormat format, LayerContext.Encoder encoder) {
        ByteBuf existing = cache.find(format, encoder);
        return existing != null ? existing : cache.add(format, encoder, encode(format, encoder));
    }

    /** Returns the encoded event, or an empty buffer if this format cannot encode it. Other formats are unaffected. */
    private ByteBuf encode(EventFormat format, LayerContext.Encoder encoder) {
        ByteBufAllocator alloc = PooledByteBufAllocator.DEFAULT;
        try {
            Message message = format.encode(published, alloc);
            try {
                return UnsampledBuffers.of(encoder.encode(message, alloc));
            } finally {
                message.content().release();
            }
        } catch (RuntimeException e) {
            CoreMetrics.LOST.increment(CoreMetrics.Policy.NONE, CoreMetrics.Loss.ENCODING);
            LOG.warn(
                    format,
                    "event encoding failed, subscribers with this format do not receive it: topic={} format={}",
                    published.topic(),
                    format,
                    e);
            return Unpooled.EMPTY_BUFFER;
        }
    }

    @Override
    protected void deallocate() {
        if (pending != null) {
            pending.release();
        }
        cache.release();
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
