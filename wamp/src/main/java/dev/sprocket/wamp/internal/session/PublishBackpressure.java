package dev.sprocket.wamp.internal.session;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.WampConnection;
import java.util.concurrent.TimeUnit;

/**
 * Pauses reading from a client that publishes faster than its events are delivered.
 *
 * <p>Reading resumes when at most half of the limit is pending. The pending amount does not depend on the speed of
 * subscribers, so a slow subscriber cannot block a publisher for long.
 *
 * <p>Called on the thread of the session's callbacks; the check to resume runs on the event loop.
 */
public final class PublishBackpressure {
    /** Maximum of {@link Topics#pendingBytes}. */
    static final long MAX_PENDING_BYTES = 8 << 20;

    /** Interval of the checks of a paused client. */
    private static final long CHECK_MILLIS = 5;

    private static final AttributeKey<Boolean> PAUSED = AttributeKey.of("publish backpressure", "was reading paused?");

    private PublishBackpressure() {}

    /** Pauses the client after a publish if too much is pending. */
    public static void afterPublish(WampConnection conn, Topics topics) {
        if (topics.pendingBytes() > MAX_PENDING_BYTES && !PAUSED.find(conn).orElse(false)) {
            PipelineContext.find(conn).ifPresent(pipeline -> {
                PAUSED.set(conn, true);
                pipeline.pauseReads();
                check(conn, pipeline, topics);
            });
        }
    }

    private static void check(WampConnection conn, PipelineContext pipeline, Topics topics) {
        if (topics.pendingBytes() > MAX_PENDING_BYTES / 2 && conn.isOpen()) {
            pipeline.loop().schedule(() -> check(conn, pipeline, topics), CHECK_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            PAUSED.set(conn, false);
            pipeline.resumeReads();
        }
    }
}
