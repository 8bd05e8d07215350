package dev.sprocket.session.spi;

import dev.sprocket.core.HealthCheck;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Where a site keeps its sessions. To read them is all that a store must be able to do; see also {@link WritableStore} and
 * {@link WatchableStore}.
 *
 * <p>Threads: called by any, and blocks none: what takes long is done elsewhere.
 */
public interface SessionStore extends AutoCloseable, HealthCheck {
    /**
     * A session as it was written down.
     *
     * <p>Nothing is created, and nothing is made to last longer. An id comes from a client and may be anything: one that this
     * store could not have given is unknown, and reaches neither a file name nor a query as it is.
     *
     * @return empty if there is no such session, or it has expired; failed if the store cannot be asked
     */
    CompletionStage<Optional<byte[]>> load(String id);

    /**
     * Whether the store's own client works; false while a new one is opened because a thread of it has ended. A server that
     * is not reachable does not count: requests that need it fail, others are served.
     */
    @Override
    default boolean isHealthy() {
        return true;
    }

    /** Ends what the store has opened itself. */
    @Override
    default void close() {}
}
