package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One published event until the last queue has delivered it: counted once in {@link Topics#pendingBytes}, however many patterns
 * match its topic.
 */
@ThreadSafe
final class PendingEvent {
    /** What one costs beside its text, in bytes, roughly. */
    private static final int OVERHEAD = 256;

    private final Topics topics;
    private final int bytes;
    private final AtomicInteger holders = new AtomicInteger(1);

    /** Held by the publisher, who releases it. */
    PendingEvent(Topics topics, Event event) {
        this.topics = topics;
        this.bytes = OVERHEAD + event.size();
        topics.addPendingBytes(bytes);
    }

    PendingEvent retain() {
        holders.incrementAndGet();
        return this;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            topics.addPendingBytes(-bytes);
        }
    }
}
