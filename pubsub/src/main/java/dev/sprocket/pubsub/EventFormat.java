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
     * <p>The caller releases its content. A slow reader that cannot be told of missed events is
     * disconnected.
     */
    default @Nullable Message notice(Notice notice, ByteBufAllocator alloc) {
        return null;
    }
}
