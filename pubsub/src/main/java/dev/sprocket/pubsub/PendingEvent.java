package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Published event that counts towards {@link Topics#pendingBytes} until its last delivery.
 *
 * <p>Counted once, regardless of the number of patterns that match its topic.
 */
@ThreadSafe
final class PendingEvent {
    /** Approximate memory of an event in addition to its text, in bytes. */
    private static final int OVERHEAD = 256;

    private final LongAdder pendingBytes;
    private final int bytes;
    private final AtomicInteger holders = new AtomicInteger(1);

    /** Creates a pending event with one reference, which the publisher releases. */
    PendingEvent(LongAdder pendingBytes, Event event) {
        this.pendingBytes = pendingBytes;
        this.bytes = OVERHEAD + event.size();
        pendingBytes.add(bytes);
    }

    PendingEvent retain() {
        holders.incrementAndGet();
        return this;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            pendingBytes.add(-bytes);
        }
    }
}
