package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Message;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Encodes events as messages of one protocol.
 *
 * <p>Subscribers with the same format object, on connections of the same kind, share the bytes of an event.
 */
@ThreadSafe
@FunctionalInterface
public interface EventFormat {
    /** Format of plain connections: the event as JSON text, without an envelope. */
    EventFormat JSON =
            (published, alloc) -> Message.text(published.event().content().retainedDuplicate());

    /** Head of each message of one connection, in front of the shared bytes. */
    @FunctionalInterface
    interface Head {
        /**
         * Returns the text in front of an event or notice; called in order.
         *
         * @param topic topic of the event
         * @param position position of the event; null on a topic without a log
         */
        String of(String topic, @Nullable Position position);
    }

    /** Returns the message for an event; the caller releases its content. */
    Message encode(PublishedEvent published, ByteBufAllocator alloc);

    /**
     * Returns the message for a notice; null if the protocol has none.
     *
     * <p>The caller releases its content. Missed events without a notice are told by {@link #encodeAfterGap} with the
     * next event. If that returns null too, a slow reader that catches up from the log is disconnected instead, and
     * all other gaps remain untold: those that {@link Topic#subscribe(Subscriber, Position)} has returned, events of
     * topics without a log that the overflow policy has dropped, and gaps of patterns.
     */
    default @Nullable Message notice(Notice notice, ByteBufAllocator alloc) {
        return null;
    }

    /**
     * Returns the message for a notice to one recipient.
     *
     * <p>By default that of {@link #notice(Notice, ByteBufAllocator)}.
     *
     * @param recipient subscriber that receives the message
     */
    default @Nullable Message notice(Notice notice, Audience.Member recipient, ByteBufAllocator alloc) {
        return notice(notice, alloc);
    }

    /**
     * Returns the message for the first event after a gap.
     *
     * <p>Null if the protocol cannot tell gaps with events. Called for gaps that {@link #notice} does not tell, on
     * topics and patterns. The caller releases the content. The message is for one connection and not shared.
     *
     * @param gap what this connection may have missed before the event
     */
    default @Nullable Message encodeAfterGap(PublishedEvent published, Gap gap, ByteBufAllocator alloc) {
        return null;
    }
}
