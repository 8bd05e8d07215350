package dev.sprocket.pubsub.internal.delivery;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.transport.LoopIteration;
import dev.sprocket.pubsub.internal.metrics.PubsubMetrics;
import java.util.concurrent.atomic.LongAdder;

/** Published event whose delivery is timed; one of a sample. */
@ThreadSafe
public final class TimedEvent extends PendingEvent {
    private final long published = System.nanoTime();

    /** Creates an event that is published now. */
    public TimedEvent(LongAdder pendingBytes, int size) {
        super(pendingBytes, size);
    }

    /** Reports whether a registry records the times. */
    public static boolean isRecorded() {
        return PubsubMetrics.HANDOVER.isRecorded();
    }

    @Override
    void delivered() {
        PubsubMetrics.HANDOVER.record(System.nanoTime() - published);
        LoopIteration iteration = LoopIteration.current();
        if (iteration == null) {
            flushed();
        } else {
            iteration.runAfterFlush(this::flushed);
        }
    }

    private void flushed() {
        PubsubMetrics.FLUSH.record(System.nanoTime() - published);
    }
}
