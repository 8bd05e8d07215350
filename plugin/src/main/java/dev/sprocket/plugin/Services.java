package dev.sprocket.plugin;

import com.google.inject.Inject;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import com.typesafe.config.ConfigObject;
import dev.sprocket.core.HealthCheck;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes {@linkplain ServiceFactory services} as a configuration asks for them. What is asked for twice in the same words is
 * one, so that two routes have one store of sessions, and reading a file again opens nothing anew.
 *
 * <p>Threads: used while the server is put together, by one; closed by any.
 */
@Singleton
public final class Services implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Services.class);

    private record Wanted(Class<?> kind, String name, ConfigObject settings) {}

    private final Provider<FactoryRegistry> parts;
    private final Map<Wanted, Object> made = new LinkedHashMap<>();

    /** Made by Guice. */
    @Inject
    public Services(Provider<FactoryRegistry> parts) {
        this.parts = parts;
    }

    /**
     * A service.
     *
     * @throws ConfigurationException that names all that is wrong
     */
    public synchronized <T> T get(Class<T> kind, FactoryRef use) {
        Wanted wanted = new Wanted(kind, use.name(), use.settings());
        Object known = made.get(wanted);
        if (known != null) {
            return kind.cast(known);
        }
        ConfigErrors problems = new ConfigErrors();
        Optional<T> service = make(kind, use, problems);
        problems.throwIfAny();
        T one = service.orElseThrow();
        made.put(wanted, one);
        return one;
    }

    private <T> Optional<T> make(Class<T> kind, FactoryRef use, ConfigErrors problems) {
        Optional<ServiceFactory<T>> factory = parts.get().service(kind, use.name(), use.origin(), problems);
        if (factory.isEmpty()) {
            return Optional.empty();
        }
        Settings settings =
                Settings.read(use.name(), use.settings(), factory.get().options(), problems);
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(factory.get().create(settings));
        } catch (IllegalArgumentException e) {
            problems.add(use.origin(), use.name() + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** The names of services that are not healthy at the moment. */
    public synchronized List<String> unhealthy() {
        return made.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof HealthCheck check && !check.isHealthy())
                .map(entry -> entry.getKey().name())
                .distinct()
                .toList();
    }

    /** Closes what can be closed, what was made last first. */
    @Override
    public synchronized void close() {
        List<Object> all = new ArrayList<>(made.values());
        made.clear();
        Collections.reverse(all);
        for (Object service : all) {
            if (service instanceof AutoCloseable closeable) {
                try {
                    closeable.close();
                } catch (Exception e) {
                    LOG.warn("{} could not be closed", service, e);
                }
            }
        }
    }
}
