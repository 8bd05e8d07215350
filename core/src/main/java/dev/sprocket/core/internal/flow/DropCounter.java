package dev.sprocket.core.internal.flow;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.flow.DropStats;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts lost messages and connections. */
@ThreadSafe
public final class DropCounter implements DropStats {
    private final @Nullable DropCounter total;
    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder connections = new LongAdder();

    /** Creates counters that start at zero. */
    public DropCounter() {
        this.total = null;
    }

    /** Creates counters that are also added to a total. */
    public DropCounter(DropCounter total) {
        this.total = total;
    }

    @Override
    public long messages() {
        return messages.sum();
    }

    @Override
    public long bytes() {
        return bytes.sum();
    }

    @Override
    public long connections() {
        return connections.sum();
    }

    /**
     * Counts a dropped message.
     *
     * @param size size of the message, in bytes
     */
    public void messageDropped(int size) {
        messages.increment();
        bytes.add(size);
        if (total != null) {
            total.messageDropped(size);
        }
    }

    /** Counts a closed connection. */
    public void connectionClosed() {
        connections.increment();
        if (total != null) {
            total.connectionClosed();
        }
    }

    @Override
    public String toString() {
        return messages() + " messages of " + bytes() + " bytes dropped, " + connections() + " connections closed";
    }
}
