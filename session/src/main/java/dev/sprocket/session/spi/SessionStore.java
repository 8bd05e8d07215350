package dev.sprocket.session.spi;

import dev.sprocket.core.io.HealthCheck;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Store in which a site keeps its sessions; reading is all that is required.
 *
 * <p>See also {@link WritableStore} and {@link WatchableStore}.
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
}
