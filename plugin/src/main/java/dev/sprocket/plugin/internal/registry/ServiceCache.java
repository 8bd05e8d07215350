package dev.sprocket.plugin.internal.registry;

import com.google.inject.Inject;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import com.typesafe.config.ConfigObject;
import dev.sprocket.core.io.HealthCheck;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.ServiceFactory.Services;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.plugin.config.Settings.FactoryRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates and caches the {@linkplain ServiceFactory services} of a configuration.
 *
 * <p>Equal references return the same service, so two routes share one session store, and reloading a file does not
 * reconnect. Methods are synchronized.
 */
@Singleton
public final class ServiceCache implements Services, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceCache.class);

    private record ServiceKey(Class<?> type, String name, ConfigObject settings) {}

    private final Provider<FactoryRegistry> factories;
    private final Map<ServiceKey, Object> instances = new LinkedHashMap<>();
    /** Warnings of the services used since {@link #moveWarnings}. */
    private ConfigErrors warnings = new ConfigErrors();

    /** Creates the cache; called by Guice. */
    @Inject
    ServiceCache(Provider<FactoryRegistry> parts) {
        this.factories = parts;
    }

    @Override
    public synchronized <T> T get(Class<T> type, FactoryRef ref) {
        ServiceKey key = new ServiceKey(type, ref.name(), ref.settings());
        Object known = instances.get(key);
        if (known != null) {
            warn(type, ref);
            return type.cast(known);
        }
        ConfigErrors problems = new ConfigErrors();
        Optional<T> service = create(type, ref, problems);
        problems.throwIfAny();
        T created = service.orElseThrow();
        instances.put(key, created);
        warn(type, ref);
        return created;
    }

    /** Collects the warnings of a reference; a known service may have another line. */
    private <T> void warn(Class<T> type, FactoryRef ref) {
        factories.get().service(type, ref.name(), ref.origin(), warnings).ifPresent(factory -> {
            Settings settings = Settings.read(ref.name(), ref.settings(), factory.options(), warnings);
            factory.warn(settings, warnings);
        });
    }

    /** Moves the warnings of the services used since the last call. */
    public synchronized void moveWarnings(ConfigErrors problems) {
        problems.addWarnings(warnings);
        warnings = new ConfigErrors();
    }

    private <T> Optional<T> create(Class<T> type, FactoryRef ref, ConfigErrors problems) {
        Optional<ServiceFactory<T>> factory = factories.get().service(type, ref.name(), ref.origin(), problems);
        if (factory.isEmpty()) {
            return Optional.empty();
        }
        Settings settings =
                Settings.read(ref.name(), ref.settings(), factory.get().options(), problems);
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(factory.get().create(settings));
        } catch (IllegalArgumentException e) {
            problems.add(ref.origin(), ref.name() + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Returns the names of the services that are currently unhealthy. */
    public synchronized List<String> unhealthy() {
        return instances.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof HealthCheck check && !check.isHealthy())
                .map(entry -> entry.getKey().name())
                .distinct()
                .toList();
    }

    /** Closes all {@link AutoCloseable} services in the reverse order of their creation. */
    @Override
    public synchronized void close() {
        List<Object> all = new ArrayList<>(instances.values());
        instances.clear();
        Collections.reverse(all);
        for (Object service : all) {
            if (service instanceof AutoCloseable closeable) {
                try {
                    closeable.close();
                } catch (Exception e) {
                    LOG.warn("service failed to close: service={}", service, e);
                }
            }
        }
    }
}
