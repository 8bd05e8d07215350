package dev.sprocket.core;

import dev.sprocket.core.spi.Segment;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What was lost because peers read too slowly: of a server ({@link IoServer#losses()}), or of one connection.
 *
 * <p>Threads: any.
 */
public final class Losses {
    private final @Nullable Losses all;
    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder connections = new LongAdder();

    /** Nothing yet. */
    public Losses() {
        this.all = null;
    }

    /** Nothing yet; what is added here is added there too. */
    public Losses(Losses all) {
        this.all = all;
    }

    /** What this connection has lost. Nothing, for a connection that does not stand on a socket. */
    public static Losses of(Connection conn) {
        return Segment.find(conn).map(segment -> segment.outbound().losses()).orElseGet(Losses::new);
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
    public void message(int size) {
        messages.increment();
        bytes.add(size);
        if (all != null) {
            all.message(size);
        }
    }

    /** Counts a connection that is closed. */
    public void connection() {
        connections.increment();
        if (all != null) {
            all.connection();
        }
    }

    @Override
    public String toString() {
        return messages() + " messages of " + bytes() + " bytes dropped, " + connections() + " connections closed";
    }
}
