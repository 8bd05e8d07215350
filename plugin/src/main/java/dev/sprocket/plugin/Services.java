package dev.sprocket.plugin;

import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.plugin.config.FactoryRef;

/**
 * Services of a configuration, injected into factories that use them.
 *
 * <p>Equal references return the same service, so two routes share one session store, and reloading a file does not
 * reconnect. Thread-safe.
 */
public interface Services {
    /**
     * Returns the service of a reference, created on first use.
     *
     * @throws ConfigurationException with all errors
     */
    <T> T get(Class<T> type, FactoryRef ref);
}
