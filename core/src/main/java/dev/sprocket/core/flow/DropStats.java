package dev.sprocket.core.flow;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.io.IoServer;

/**
 * Counters of messages and connections that were lost because peers read too slowly.
 *
 * <p>Kept for a server ({@link IoServer#dropStats()}) and for each connection. The values change while messages are
 * dropped.
 */
@ThreadSafe
public interface DropStats {
    /** Returns the number of dropped messages. Includes those that were replaced by a later one with the same key. */
    long messages();

    /** Returns the size of the dropped messages, in bytes. */
    long bytes();

    /** Returns the number of closed connections. */
    long connections();
}
