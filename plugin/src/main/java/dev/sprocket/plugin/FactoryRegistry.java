package dev.sprocket.plugin;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.inject.Binder;
import com.google.inject.Inject;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import com.typesafe.config.ConfigOrigin;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All parts that there are, by kind and name: those of Sprocket and those of strangers' plugins. */
@ThreadSafe
public final class FactoryRegistry {
    private final Map<String, LayerFactory> layers;
    private final Map<String, ComponentFactory> components;
    private final Map<String, BridgeFactory> bridges;
    private final Map<Class<?>, Map<String, ServiceFactory<?>>> services;

    /** Made by Guice. Throws {@link IllegalArgumentException} if two parts of a kind have the same name. */
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
                        ServiceFactory::kind,
                        Collectors.collectingAndThen(Collectors.toSet(), some -> byName("services of a kind", some))));
    }

    /** Declares the sets, so that there may be none of a kind. */
    static void declare(Binder binder) {
        Multibinder.newSetBinder(binder, LayerFactory.class);
        Multibinder.newSetBinder(binder, ComponentFactory.class);
        Multibinder.newSetBinder(binder, BridgeFactory.class);
        services(binder);
    }

    /** The set that a plugin adds its {@link ServiceFactory}s to. */
    public static Multibinder<ServiceFactory<?>> services(Binder binder) {
        return Multibinder.newSetBinder(binder, new TypeLiteral<ServiceFactory<?>>() {});
    }

    private static <P extends Factory> Map<String, P> byName(String kind, Set<P> parts) {
        Map<String, P> all = new HashMap<>();
        for (P part : parts) {
            P other = all.putIfAbsent(part.name(), part);
            if (other != null) {
                throw new IllegalArgumentException("two " + kind + " are called " + part.name() + ": "
                        + other.getClass().getName() + " and " + part.getClass().getName());
            }
        }
        return new TreeMap<>(all);
    }

    /** By name. */
    public Collection<LayerFactory> layers() {
        return layers.values();
    }

    /** By name. */
    public Collection<ComponentFactory> components() {
        return components.values();
    }

    /** By name. */
    public Collection<BridgeFactory> bridges() {
        return bridges.values();
    }

    /** The layer of this name, or a problem. */
    public Optional<LayerFactory> layer(String name, ConfigOrigin at, ConfigErrors problems) {
        return find("layer", name, layers, at, problems);
    }

    /** The component of this name, or a problem. */
    public Optional<ComponentFactory> component(String name, ConfigOrigin at, ConfigErrors problems) {
        return find("component", name, components, at, problems);
    }

    /** The kind of bridge of this name, or a problem. */
    public Optional<BridgeFactory> bridge(String name, ConfigOrigin at, ConfigErrors problems) {
        return find("bridge", name, bridges, at, problems);
    }

    /** All of a kind, by name. */
    @SuppressWarnings("unchecked") // grouped by their kind
    public <T> Collection<ServiceFactory<T>> services(Class<T> kind) {
        Collection<?> found = services.getOrDefault(kind, Map.of()).values();
        return (Collection<ServiceFactory<T>>) found;
    }

    /** All kinds that there are. */
    public Collection<Class<?>> serviceKinds() {
        return services.keySet();
    }

    /** What makes a service of this name, or a problem. */
    @SuppressWarnings("unchecked") // grouped by their kind
    public <T> Optional<ServiceFactory<T>> service(Class<T> kind, String name, ConfigOrigin at, ConfigErrors problems) {
        return find(kind.getSimpleName(), name, services.getOrDefault(kind, Map.of()), at, problems)
                .map(factory -> (ServiceFactory<T>) factory);
    }

    /** The kind of bridge of this name. Throws {@link IllegalArgumentException} that lists the known ones. */
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
        P part = known.get(name);
        if (part == null) {
            problems.add(at, "no " + kind + " is called " + name + " " + ConfigErrors.expected(name, known.keySet()));
        }
        return Optional.ofNullable(part);
    }
}
