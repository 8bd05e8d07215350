package dev.sprocket.plugin;

import com.google.errorprone.annotations.CheckReturnValue;
import dev.sprocket.core.Component;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builder of a factory of a layer, component or service, without a class for each:
 *
 * <pre>{@code
 * Option<String> logger = Option.string("logger", "wire", "Name of the logger");
 * LayerFactory factory = SimpleFactory.named("message-log", "Logs messages")
 *         .requires(StackType.messages(Connection.class))
 *         .options(logger)
 *         .layer((inner, settings) -> new MessageLogger<>(settings.get(logger), LayerFactory.messages(inner)));
 * }</pre>
 *
 * <p>Not thread-safe; used during assembly only.
 */
@CheckReturnValue
public final class SimpleFactory {
    private final String name;
    private final String summary;
    private List<Option<?>> options = List.of();
    private @Nullable StackType requires;
    private @Nullable StackType provides;
    private boolean upgrades;
    private boolean ambientCredentials;
    private List<String> subpaths = List.of("");
    private List<String> methods = List.of();
    private BiConsumer<Settings, ConfigErrors> warnings = (settings, problems) -> {};

    private SimpleFactory(String name, String summary) {
        this.name = name;
        this.summary = summary;
    }

    /** Starts a factory with its name in configurations and a summary of one line. */
    public static SimpleFactory named(String name, String summary) {
        return new SimpleFactory(name, summary);
    }

    /** Sets the type that the surrounding layer must provide. Layers and components need it. */
    public SimpleFactory requires(StackType type) {
        requires = type;
        return this;
    }

    /** Sets the type that a layer provides to its inner component. Default: the surrounding type. */
    public SimpleFactory provides(StackType type) {
        provides = type;
        return this;
    }

    /** Sets the options. */
    public SimpleFactory options(Option<?>... all) {
        options = List.of(all);
        return this;
    }

    /** Sets the check that {@linkplain Factory#warn warns} of probably unintended settings. */
    public SimpleFactory warnings(BiConsumer<Settings, ConfigErrors> check) {
        warnings = check;
        return this;
    }

    /** Marks a layer that {@linkplain LayerFactory#upgrades handles upgrade requests}. */
    public SimpleFactory upgrades() {
        upgrades = true;
        return this;
    }

    /** Marks a layer that authenticates by {@linkplain LayerFactory#ambientCredentials ambient credentials}. */
    public SimpleFactory ambientCredentials() {
        ambientCredentials = true;
        return this;
    }

    /** Sets the methods of handled requests. Default: none for a layer, GET for a component. */
    public SimpleFactory methods(String... all) {
        methods = List.of(all);
        return this;
    }

    /** Sets the {@linkplain ComponentFactory#subpaths patterns} below the path of the route of an HTTP component. */
    public SimpleFactory subpaths(String... all) {
        subpaths = List.of(all);
        return this;
    }

    /** Returns a factory of a layer or decorator. */
    public LayerFactory layer(BiFunction<Component<?>, Settings, Component<?>> around) {
        return new Layers(
                name, summary, options, required(), provides, upgrades, ambientCredentials, methods, warnings, around);
    }

    /** Returns a factory of a component. */
    public ComponentFactory component(Function<Settings, Component<?>> create) {
        List<String> handled = methods.isEmpty() ? List.of("GET") : methods;
        return new Components(name, summary, options, required(), subpaths, handled, warnings, create);
    }

    /** Returns a factory of a service. */
    public <T> ServiceFactory<T> service(Class<T> type, Function<Settings, T> create) {
        return new Services<>(name, summary, options, type, warnings, create);
    }

    private StackType required() {
        if (requires == null) {
            throw new IllegalStateException("factory " + name + " without a required type (call requires)");
        }
        return requires;
    }

    private record Layers(
            String name,
            String summary,
            List<Option<?>> options,
            StackType requires,
            @Nullable StackType provided,
            boolean upgrades,
            boolean ambientCredentials,
            List<String> methods,
            BiConsumer<Settings, ConfigErrors> warnings,
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

        @Override
        public void warn(Settings settings, ConfigErrors problems) {
            warnings.accept(settings, problems);
        }
    }

    private record Components(
            String name,
            String summary,
            List<Option<?>> options,
            StackType requires,
            List<String> subpaths,
            List<String> methods,
            BiConsumer<Settings, ConfigErrors> warnings,
            Function<Settings, Component<?>> maker)
            implements ComponentFactory {
        @Override
        public Component<?> create(Settings settings) {
            return maker.apply(settings);
        }

        @Override
        public void warn(Settings settings, ConfigErrors problems) {
            warnings.accept(settings, problems);
        }
    }

    private record Services<T>(
            String name,
            String summary,
            List<Option<?>> options,
            Class<T> type,
            BiConsumer<Settings, ConfigErrors> warnings,
            Function<Settings, T> maker)
            implements ServiceFactory<T> {
        @Override
        public T create(Settings settings) {
            return maker.apply(settings);
        }

        @Override
        public void warn(Settings settings, ConfigErrors problems) {
            warnings.accept(settings, problems);
        }
    }
}
