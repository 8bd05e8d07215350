package dev.sprocket.pubsub.internal.delivery;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Published event that counts towards the pending bytes until its last delivery.
 *
 * <p>Counted once, regardless of the number of patterns that match its topic.
 */
@ThreadSafe
public class PendingEvent {
    /** Approximate memory of an event in addition to its text, in bytes. */
    private static final int OVERHEAD = 256;

    private final LongAdder pendingBytes;
    private final int bytes;
    private final AtomicInteger holders = new AtomicInteger(1);

    /** Creates a pending event with one reference, which the publisher releases. */
    public PendingEvent(LongAdder pendingBytes, int size) {
        this.pendingBytes = pendingBytes;
        this.bytes = OVERHEAD + size;
        pendingBytes.add(bytes);
    }

    public final PendingEvent retain() {
        holders.incrementAndGet();
        return this;
    }

    public final void release() {
        if (holders.decrementAndGet() == 0) {
            pendingBytes.add(-bytes);
            delivered();
        }
    }

    /** Called after the last delivery. */
    void delivered() {}
}
