package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Message;
import io.netty.buffer.ByteBufAllocator;

/**
 * How a protocol says that something was published. Subscribers with the same format object, on connections of the same
 * kind, share the bytes of an event.
 */
@ThreadSafe
@FunctionalInterface
public interface EventFormat {
    /** The event alone, as JSON text: what a subscriber on a plain connection gets. */
    EventFormat JSON =
            (published, alloc) -> Message.text(published.event().content().retainedDuplicate());

    /** The message that tells of the event; its content is released by the caller. */
    Message encode(PublishedEvent published, ByteBufAllocator alloc);
}
