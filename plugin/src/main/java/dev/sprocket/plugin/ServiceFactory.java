package dev.sprocket.plugin;

import dev.sprocket.plugin.config.Settings;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;

/**
 * Factory of a service that layers and components use, such as a session store.
 *
 * <p>A plugin adds it to the set of {@code ServiceFactory<?>}, see {@link FactoryRegistry#services}. Not thread-safe;
 * used during assembly only.
 *
 * @param <T> type of the service
 */
public interface ServiceFactory<T> extends Factory {
    /** Returns the type of the service; names are unique per type. */
    Class<T> type();

    /**
     * Creates the service.
     *
     * <p>An {@link AutoCloseable} service is closed together with the server.
     *
     * @throws IllegalArgumentException if the settings contradict each other; the message is for users
     */
    T create(Settings settings);
}
