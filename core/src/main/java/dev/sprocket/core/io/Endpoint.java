package dev.sprocket.core.io;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * Endpoint through which the process receives connections or messages, such as a server or bridge.
 *
 * <p>Started at most once; may be closed repeatedly.
 */
@ThreadSafe
public interface Endpoint extends AutoCloseable, HealthCheck {
    /** Starts the endpoint. If this throws, nothing was started, and the message names the address. */
    void start() throws IOException;

    /** Stops receiving and waits until everything is closed. Connections that remain at the deadline are aborted. */
    void close(Duration deadline);

    /** Closes the endpoint with a deadline of five seconds. */
    @Override
    default void close() {
        close(Duration.ofSeconds(5));
    }

    /** Reports whether the endpoint receives. False while it recovers; {@code /ready} then answers 503. */
    @Override
    default boolean isHealthy() {
        return true;
    }

    /** Returns the listening address with the actual port. Throws {@link IllegalStateException} before the start. */
    SocketAddress address();
}
