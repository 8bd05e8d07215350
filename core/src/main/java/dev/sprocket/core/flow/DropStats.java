package dev.sprocket.core.flow;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.io.IoServer;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counters of messages and connections that were lost because peers read too slowly.
 *
 * <p>Kept for a server ({@link IoServer#dropStats()}) and for each connection.
 */
@ThreadSafe
public final class DropStats {
    private final @Nullable DropStats total;
    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder connections = new LongAdder();

    /** Creates counters that start at zero. */
    public DropStats() {
        this.total = null;
    }

    /** Creates counters that are also added to a total. */
    public DropStats(DropStats total) {
        this.total = total;
    }

    /** Returns the number of dropped messages. Includes those that were replaced by a later one with the same key. */
    public long messages() {
        return messages.sum();
    }

    /** Returns the size of the dropped messages, in bytes. */
    public long bytes() {
        return bytes.sum();
    }

    /** Returns the number of closed connections. */
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
