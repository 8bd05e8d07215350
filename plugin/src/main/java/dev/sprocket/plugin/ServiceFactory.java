package dev.sprocket.plugin;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.inject.Binder;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.plugin.config.Settings.FactoryRef;

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
    @CanIgnoreReturnValue
    static Multibinder<ServiceFactory<?>> services(Binder binder) {
        return Multibinder.newSetBinder(binder, new TypeLiteral<ServiceFactory<?>>() {});
    }

    /**
     * Services of a configuration, injected into factories that use them.
     *
     * <p>Equal references return the same service, so two routes share one session store, and reloading a file does not
     * reconnect. Thread-safe.
     */
    interface Services {
        /**
         * Returns the service of a reference, created on first use.
         *
         * @throws ConfigurationException with all errors
         */
        <T> T get(Class<T> type, FactoryRef ref);
    }
}
