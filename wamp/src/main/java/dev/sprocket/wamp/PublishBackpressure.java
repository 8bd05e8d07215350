package dev.sprocket.wamp;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.pubsub.Topics;
import java.util.concurrent.TimeUnit;

/**
 * Stops reading from a client that publishes faster than its events are handed to subscribers.
 *
 * <p>Reading goes on when at most half of the limit waits. What waits does not depend on how fast subscribers read, so no
 * slow subscriber can hold a publisher for long.
 *
 * <p>Threads: as the session; it looks again on the event loop.
 */
final class PublishBackpressure {
    /** How much may wait, as {@link Topics#pendingBytes} counts it. */
    static final long MAX_PENDING_BYTES = 8 << 20;

    /** How often a client that is held is looked at. */
    private static final long CHECK_MILLIS = 5;

    private static final AttributeKey<Boolean> PAUSED = AttributeKey.of("publish hold", "was too much waiting?");

    private PublishBackpressure() {}

    /** The client has published. */
    static void afterPublish(WampConnection conn, Topics topics) {
        if (topics.pendingBytes() > MAX_PENDING_BYTES && !Boolean.TRUE.equals(PAUSED.peek(conn))) {
            PipelineContext.find(conn).ifPresent(segment -> {
                PAUSED.set(conn, true);
                segment.outbound().pauseReads();
                check(conn, segment, topics);
            });
        }
    }

    private static void check(WampConnection conn, PipelineContext segment, Topics topics) {
        if (topics.pendingBytes() > MAX_PENDING_BYTES / 2 && conn.isOpen()) {
            segment.outbound().loop().schedule(() -> check(conn, segment, topics), CHECK_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            PAUSED.set(conn, false);
            segment.outbound().resumeReads();
        }
    }
}
