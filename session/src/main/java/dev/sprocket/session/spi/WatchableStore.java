package dev.sprocket.session.spi;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.function.Consumer;

/**
 * Store that sends a notification when a session ends; other stores are polled.
 *
 * <p>Methods are called from any thread and must not block it.
 */
public interface WatchableStore extends SessionStore {
    /**
     * Starts notifications of sessions that are deleted or expire, including unknown ids.
     *
     * @param onEnd receives the id, on any thread, and must not block
     * @return a handle that ends the notifications when closed
     */
    Watch watch(Consumer<String> onEnd);

    /** Handle that ends notifications when closed. */
    @ThreadSafe
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
