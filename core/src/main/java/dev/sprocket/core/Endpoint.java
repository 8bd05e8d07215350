package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * A way into the process: a server socket, a bridge. Whatever it receives ends in a component.
 *
 * <p>Started at most once, closed as often as one likes.
 */
@ThreadSafe
public interface Endpoint extends AutoCloseable, HealthCheck {
    /** Begins to receive. When this throws, nothing was started, and the message names the address. */
    void start() throws IOException;

    /** Stops receiving, lets what is under way end, and returns when all is closed, by force once the deadline is past. */
    void close(Duration deadline);

    /** As {@link #close(Duration)} with five seconds. */
    @Override
    default void close() {
        close(Duration.ofSeconds(5));
    }

    /** Whether it receives; false while it repairs itself, when {@code /ready} says so. */
    @Override
    default boolean isHealthy() {
        return true;
    }

    /** Where it listens, with the port that was really bound. Throws {@link IllegalStateException} before the start. */
    SocketAddress address();
}
