package dev.sprocket.plugin;

import com.google.inject.Binder;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.plugin.config.Settings;

/**
 * Factory of a service that layers and components use, such as a session store.
 *
 * <p>A plugin adds it to the set of {@code ServiceFactory<?>}, see {@link #services}. Not thread-safe;
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

    /** Returns the binder of the set to which a plugin adds its service factories. */
    static Multibinder<ServiceFactory<?>> services(Binder binder) {
        return Multibinder.newSetBinder(binder, new TypeLiteral<ServiceFactory<?>>() {});
    }
}
