package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.spi.PipelineContext;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What was lost because peers read too slowly: of a server ({@link IoServer#dropStats()}), or of one connection.
 */
@ThreadSafe
public final class DropStats {
    private final @Nullable DropStats all;
    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder connections = new LongAdder();

    /** Nothing yet. */
    public DropStats() {
        this.all = null;
    }

    /** Nothing yet; what is added here is added there too. */
    public DropStats(DropStats all) {
        this.all = all;
    }

    /** What this connection has lost. Nothing, for a connection that does not stand on a socket. */
    public static DropStats of(Connection conn) {
        return PipelineContext.find(conn)
                .map(segment -> segment.outbound().dropStats())
                .orElseGet(DropStats::new);
    }

    /** How many messages were dropped, or replaced by a later one of their topic. */
    public long messages() {
        return messages.sum();
    }

    /** How many bytes these had. */
    public long bytes() {
        return bytes.sum();
    }

    /** How many connections were closed. */
    public long connections() {
        return connections.sum();
    }

    /** Counts a message. */
    public void messageDropped(int size) {
        messages.increment();
        bytes.add(size);
        if (all != null) {
            all.messageDropped(size);
        }
    }

    /** Counts a connection that is closed. */
    public void connectionClosed() {
        connections.increment();
        if (all != null) {
            all.connectionClosed();
        }
    }

    @Override
    public String toString() {
        return messages() + " messages of " + bytes() + " bytes dropped, " + connections() + " connections closed";
    }
}
