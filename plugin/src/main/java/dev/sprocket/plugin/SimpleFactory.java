package dev.sprocket.plugin;

import dev.sprocket.core.Component;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Factories of layers, components and services in one expression, without a class for each.
 *
 * <p>Not thread-safe; used during assembly only.
 */
public final class SimpleFactory {
    private SimpleFactory() {}

    /** Returns a factory of a decorator, which provides the type that it requires. */
    public static LayerFactory decorator(
            String name,
            String summary,
            StackType requires,
            List<Option<?>> options,
            BiFunction<Component<?>, Settings, Component<?>> around) {
        return new Layers(name, summary, requires, null, false, false, List.of(), options, around);
    }

    /**
     * Returns a factory of a decorator that authenticates by {@linkplain LayerFactory#ambientCredentials ambient
     * credentials}.
     */
    public static LayerFactory authenticating(
            String name,
            String summary,
            StackType requires,
            List<Option<?>> options,
            BiFunction<Component<?>, Settings, Component<?>> around) {
        return new Layers(name, summary, requires, null, false, true, List.of(), options, around);
    }

    /** Returns a factory of a layer. */
    public static LayerFactory layer(
            String name,
            String summary,
            StackType requires,
            StackType provides,
            List<Option<?>> options,
            BiFunction<Component<?>, Settings, Component<?>> around) {
        return new Layers(name, summary, requires, provides, false, false, List.of(), options, around);
    }

    /** Returns a factory of a layer that handles upgrade requests. */
    public static LayerFactory upgrade(
            String name,
            String summary,
            StackType requires,
            StackType provides,
            List<Option<?>> options,
            BiFunction<Component<?>, Settings, Component<?>> around) {
        return new Layers(name, summary, requires, provides, true, false, List.of(), options, around);
    }

    /** Returns a factory of a layer that responds to requests with these methods. */
    public static LayerFactory responding(
            String name,
            String summary,
            StackType requires,
            StackType provides,
            List<String> methods,
            List<Option<?>> options,
            BiFunction<Component<?>, Settings, Component<?>> around) {
        return new Layers(name, summary, requires, provides, false, false, methods, options, around);
    }

    /** Returns a factory of a component. */
    public static ComponentFactory component(
            String name,
            String summary,
            StackType requires,
            List<Option<?>> options,
            Function<Settings, Component<?>> create) {
        return new Components(name, summary, requires, options, List.of(""), List.of("GET"), create);
    }

    /**
     * Returns a factory of an HTTP component.
     *
     * @param subpaths patterns below the path of the route, see {@link ComponentFactory#subpaths}
     * @param methods methods that it handles
     */
    public static ComponentFactory route(
            String name,
            String summary,
            StackType requires,
            List<String> subpaths,
            List<String> methods,
            List<Option<?>> options,
            Function<Settings, Component<?>> create) {
        return new Components(name, summary, requires, options, subpaths, methods, create);
    }

    /** Returns a factory of a service. */
    public static <T> ServiceFactory<T> service(
            Class<T> type, String name, String summary, List<Option<?>> options, Function<Settings, T> create) {
        return new Services<>(type, name, summary, options, create);
    }

    private record Services<T>(
            Class<T> type, String name, String summary, List<Option<?>> options, Function<Settings, T> maker)
            implements ServiceFactory<T> {
        @Override
        public T create(Settings settings) {
            return maker.apply(settings);
        }
    }

    private record Layers(
            String name,
            String summary,
            StackType requires,
            @Nullable StackType provided,
            boolean upgrades,
            boolean ambientCredentials,
            List<String> methods,
            List<Option<?>> options,
            BiFunction<Component<?>, Settings, Component<?>> maker)
            implements LayerFactory {
        @Override
        public StackType provides(StackType outer) {
            return provided == null ? outer : provided;
        }

        @Override
        public Component<?> around(Component<?> inner, Settings settings) {
            return maker.apply(inner, settings);
        }
    }

    private record Components(
            String name,
            String summary,
            StackType requires,
            List<Option<?>> options,
            List<String> subpaths,
            List<String> methods,
            Function<Settings, Component<?>> maker)
            implements ComponentFactory {
        @Override
        public Component<?> create(Settings settings) {
            return maker.apply(settings);
        }
    }
}
