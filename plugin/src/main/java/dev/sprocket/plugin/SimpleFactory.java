package dev.sprocket.plugin;

import dev.sprocket.core.Component;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Parts put down in one expression, where a class of their own would say no more.
 *
 * <p>Not thread-safe; used during assembly only.
 */
public final class SimpleFactory {
    private SimpleFactory() {}

    /** A decorator: it gives what it is given. */
    public static LayerFactory decorator(
            String name,
            String summary,
            StackType needs,
            List<Option<?>> options,
            BiFunction<Component<?>, Settings, Component<?>> around) {
        return new Layers(name, summary, needs, null, false, false, List.of(), options, around);
    }

    /** A decorator that identifies users by {@linkplain LayerFactory#ambientCredentials credentials of browsers}. */
    public static LayerFactory identifying(
            String name,
            String summary,
            StackType needs,
            List<Option<?>> options,
            BiFunction<Component<?>, Settings, Component<?>> around) {
        return new Layers(name, summary, needs, null, false, true, List.of(), options, around);
    }

    /** A layer. */
    public static LayerFactory layer(
            String name,
            String summary,
            StackType needs,
            StackType gives,
            List<Option<?>> options,
            BiFunction<Component<?>, Settings, Component<?>> around) {
        return new Layers(name, summary, needs, gives, false, false, List.of(), options, around);
    }

    /** A layer to which upgrades lead. */
    public static LayerFactory upgrade(
            String name,
            String summary,
            StackType needs,
            StackType gives,
            List<Option<?>> options,
            BiFunction<Component<?>, Settings, Component<?>> around) {
        return new Layers(name, summary, needs, gives, true, false, List.of(), options, around);
    }

    /** A layer that answers requests of these methods. */
    public static LayerFactory answering(
            String name,
            String summary,
            StackType needs,
            StackType gives,
            List<String> methods,
            List<Option<?>> options,
            BiFunction<Component<?>, Settings, Component<?>> around) {
        return new Layers(name, summary, needs, gives, false, false, methods, options, around);
    }

    /** A component. */
    public static ComponentFactory component(
            String name,
            String summary,
            StackType needs,
            List<Option<?>> options,
            Function<Settings, Component<?>> create) {
        return new Components(name, summary, needs, options, List.of(""), List.of("GET"), create);
    }

    /** A component of HTTP. */
    public static ComponentFactory route(
            String name,
            String summary,
            StackType needs,
            List<String> subpaths,
            List<String> methods,
            List<Option<?>> options,
            Function<Settings, Component<?>> create) {
        return new Components(name, summary, needs, options, subpaths, methods, create);
    }

    /** A service. */
    public static <T> ServiceFactory<T> service(
            Class<T> kind, String name, String summary, List<Option<?>> options, Function<Settings, T> create) {
        return new Services<>(kind, name, summary, options, create);
    }

    private record Services<T>(
            Class<T> kind, String name, String summary, List<Option<?>> options, Function<Settings, T> maker)
            implements ServiceFactory<T> {
        @Override
        public T create(Settings settings) {
            return maker.apply(settings);
        }
    }

    private record Layers(
            String name,
            String summary,
            StackType needs,
            @org.jspecify.annotations.Nullable StackType always,
            boolean upgrades,
            boolean ambientCredentials,
            List<String> methods,
            List<Option<?>> options,
            BiFunction<Component<?>, Settings, Component<?>> maker)
            implements LayerFactory {
        @Override
        public StackType gives(StackType given) {
            return always == null ? given : always;
        }

        @Override
        public Component<?> around(Component<?> inner, Settings settings) {
            return maker.apply(inner, settings);
        }
    }

    private record Components(
            String name,
            String summary,
            StackType needs,
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
