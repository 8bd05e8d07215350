package dev.sprocket.session.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.io.HealthCheck;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Store in which a site keeps its sessions; reading is all that is required.
 *
 * <p>See also {@link Writable} and {@link Watchable}.
 *
 * <p>Methods are called from any thread and must not block it.
 */
public interface SessionStore extends AutoCloseable, HealthCheck {
    /**
     * Reads the stored form of a session.
     *
     * <p>Nothing is created, and the lifetime of the session is not extended. The id comes from a client and may be
     * anything: an id that this store could not have generated is unknown, and never becomes part of a file name or a
     * query unchecked.
     *
     * @return empty if the session does not exist or has expired; failed if the store cannot be read
     */
    CompletionStage<Optional<byte[]>> load(String id);

    /**
     * Returns the end of a session that {@link #load} has found, if it is fixed.
     *
     * <p>Connections of the session are closed at that time, unless their authentication is renewed. By default it is
     * empty, for stores whose sessions a site prolongs: their end is noticed when the session is read again.
     */
    default Optional<Instant> expires(String id) {
        return Optional.empty();
    }

    /**
     * Reports whether the client of the store works.
     *
     * <p>False while the client is replaced because one of its threads has ended. An unreachable server does not
     * count: requests that need it fail, others are served.
     */
    @Override
    default boolean isHealthy() {
        return true;
    }

    /** Closes the resources that the store has opened. */
    @Override
    default void close() {}

    /**
     * Store whose sessions can be changed.
     *
     * <p>Methods are called from any thread and must not block it.
     */
    interface Writable extends SessionStore {
        /**
         * Changes an existing session atomically; concurrent changes of the site are not lost.
         *
         * <p>No session is created, and the lifetime is not changed.
         *
         * @return false if the session does not exist; failed with the exception of the change
         */
        CompletionStage<Boolean> update(String id, Change change);
    }

    /** Function that changes the stored form of a session. */
    @FunctionalInterface
    interface Change {
        /**
         * Returns the bytes to write.
         *
         * <p>May be called again with other bytes if the session was changed in the meantime.
         */
        byte[] apply(byte[] stored) throws SessionFormatException;
    }

    /**
     * Store that sends a notification when a session ends; other stores are polled.
     *
     * <p>Methods are called from any thread and must not block it.
     */
    interface Watchable extends SessionStore {
        /**
         * Starts notifications of sessions that are deleted or expire, including unknown ids.
         *
         * @param onEnd receives the id, on any thread, and must not block
         * @return a handle that ends the notifications when closed
         */
        Watch watch(Consumer<String> onEnd);
    }

    /** Handle that ends notifications when closed. */
    @ThreadSafe
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
