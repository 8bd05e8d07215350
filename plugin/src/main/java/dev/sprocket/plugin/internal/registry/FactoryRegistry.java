package dev.sprocket.plugin.internal.registry;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.inject.Binder;
import com.google.inject.Inject;
import com.google.inject.multibindings.Multibinder;
import com.typesafe.config.ConfigOrigin;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.config.ConfigErrors;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Registry of the factories of all plugins, by type and name. */
@ThreadSafe
public final class FactoryRegistry {
    private final Map<String, LayerFactory> layers;
    private final Map<String, ComponentFactory> components;
    private final Map<String, BridgeFactory> bridges;
    private final Map<Class<?>, Map<String, ServiceFactory<?>>> services;

    /**
     * Creates the registry; called by Guice.
     *
     * @throws IllegalArgumentException if two factories of a type have the same name
     */
    @Inject
    public FactoryRegistry(
            Set<LayerFactory> layers,
            Set<ComponentFactory> components,
            Set<BridgeFactory> bridges,
            Set<ServiceFactory<?>> services) {
        this.layers = byName("layers", layers);
        this.components = byName("components", components);
        this.bridges = byName("bridges", bridges);
        this.services = services.stream()
                .collect(Collectors.groupingBy(
                        ServiceFactory::type,
                        Collectors.collectingAndThen(
                                Collectors.toSet(), all -> byName("services of the same type", all))));
    }

    /** Declares the sets of factories, so that each may be empty. */
    static void declare(Binder binder) {
        Multibinder.newSetBinder(binder, LayerFactory.class);
        Multibinder.newSetBinder(binder, ComponentFactory.class);
        Multibinder.newSetBinder(binder, BridgeFactory.class);
        ServiceFactory.services(binder);
    }

    private static <P extends Factory> Map<String, P> byName(String kind, Set<P> factories) {
        Map<String, P> all = new HashMap<>();
        for (P factory : factories) {
            P other = all.putIfAbsent(factory.name(), factory);
            if (other != null) {
                throw new IllegalArgumentException("two " + kind + " have the name " + factory.name() + ": "
                        + other.getClass().getName() + " and "
                        + factory.getClass().getName());
            }
        }
        return new TreeMap<>(all);
    }

    /** Returns the factories of layers, sorted by name. */
    public Collection<LayerFactory> layers() {
        return layers.values();
    }

    /** Returns the factories of components, sorted by name. */
    public Collection<ComponentFactory> components() {
        return components.values();
    }

    /** Returns the factories of bridges, sorted by name. */
    public Collection<BridgeFactory> bridges() {
        return bridges.values();
    }

    /** Returns the factory of a layer; an unknown name is added to {@code problems}. */
    public Optional<LayerFactory> layer(String name, ConfigOrigin at, ConfigErrors problems) {
        return find("layer", name, layers, at, problems);
    }

    /** Returns the factory of a component; an unknown name is added to {@code problems}. */
    public Optional<ComponentFactory> component(String name, ConfigOrigin at, ConfigErrors problems) {
        return find("component", name, components, at, problems);
    }

    /** Returns the factory of a bridge; an unknown name is added to {@code problems}. */
    public Optional<BridgeFactory> bridge(String name, ConfigOrigin at, ConfigErrors problems) {
        return find("bridge", name, bridges, at, problems);
    }

    /** Returns the factories of services of a type, sorted by name. */
    @SuppressWarnings("unchecked") // grouped by their type
    public <T> Collection<ServiceFactory<T>> services(Class<T> type) {
        Collection<?> found = services.getOrDefault(type, Map.of()).values();
        return (Collection<ServiceFactory<T>>) found;
    }

    /** Returns the types of services that have factories. */
    public Collection<Class<?>> serviceTypes() {
        return services.keySet();
    }

    /** Returns the factory of a service; an unknown name is added to {@code problems}. */
    @SuppressWarnings("unchecked") // grouped by their type
    public <T> Optional<ServiceFactory<T>> service(Class<T> type, String name, ConfigOrigin at, ConfigErrors problems) {
        return find(type.getSimpleName(), name, services.getOrDefault(type, Map.of()), at, problems)
                .map(factory -> (ServiceFactory<T>) factory);
    }

    /**
     * Returns the factory of a bridge.
     *
     * @throws IllegalArgumentException for an unknown name; the message lists the known ones
     */
    public BridgeFactory bridge(String name) {
        BridgeFactory found = bridges.get(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    "bridge: " + name + " (expected: one of " + List.copyOf(bridges.keySet()) + ")");
        }
        return found;
    }

    private static <P> Optional<P> find(
            String kind, String name, Map<String, P> known, ConfigOrigin at, ConfigErrors problems) {
        P factory = known.get(name);
        if (factory == null) {
            String expected = OptionalArtifacts.find(kind, name)
                    .map(artifact -> "(expected: the plugin of " + artifact + ", on the class path and not disabled)")
                    .orElseGet(() -> ConfigErrors.suggestion(name, known.keySet()));
            problems.add(at, "unknown " + kind + ": " + name + " " + expected);
        }
        return Optional.ofNullable(factory);
    }
}
