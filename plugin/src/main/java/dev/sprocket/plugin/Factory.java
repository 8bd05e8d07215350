package dev.sprocket.plugin;

import dev.sprocket.core.Component;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Creates layers, components, bridges or services from a configuration.
 *
 * <p>Not thread-safe; used during assembly only.
 */
public interface Factory {
    /** Returns the name in configurations: lower case, with hyphens. */
    String name();

    /** Returns a summary of its purpose in one line, for {@code sprocket config}. */
    String summary();

    /** Returns the options of its settings. */
    default List<Option<?>> options() {
        return List.of();
    }

    /**
     * Adds warnings about settings that are valid but probably unintended.
     *
     * <p>Called for valid settings each time a configuration is read. See {@link Settings#warnIfSet}.
     */
    default void warn(Settings settings, ConfigErrors problems) {}

    /**
     * Parses settings from HOCON, to create an instance in Java.
     *
     * @throws ConfigurationException with all errors
     */
    default Settings settings(String hocon) {
        return Settings.parse(name(), hocon, options());
    }

    /**
     * Describes a factory of a layer, component or service without its own class:
     *
     * <pre>{@code
     * Option<String> logger = Option.string("logger", "wire", "Name of the logger");
     * LayerFactory factory = Factory.named("message-log", "Logs messages")
     *         .requires(StackType.messages(Connection.class))
     *         .options(logger)
     *         .layer((inner, settings) -> new MessageLogger<>(settings.get(logger), LayerFactory.messages(inner)));
     * }</pre>
     *
     * @param name name in configurations: lower case, with hyphens
     * @param summary purpose in one line, for {@code sprocket config}
     */
    static Description named(String name, String summary) {
        return new Description(name, summary);
    }

    /**
     * Properties of a factory, completed by {@link #layer}, {@link #component} or {@link #service}.
     *
     * <p>Immutable: methods return copies.
     */
    final class Description {
        private final String name;
        private final String summary;
        private List<Option<?>> options = List.of();
        private @Nullable StackType requires;
        private @Nullable StackType provides;
        private boolean upgrades;
        private boolean ambientCredentials;
        private boolean guards;
        private List<String> subpaths = List.of("");
        private List<String> methods = List.of();
        private BiConsumer<Settings, ConfigErrors> warnings = (settings, problems) -> {};

        private Description(String name, String summary) {
            this.name = name;
            this.summary = summary;
        }

        private Description(Description other) {
            name = other.name;
            summary = other.summary;
            options = other.options;
            requires = other.requires;
            provides = other.provides;
            upgrades = other.upgrades;
            ambientCredentials = other.ambientCredentials;
            guards = other.guards;
            subpaths = other.subpaths;
            methods = other.methods;
            warnings = other.warnings;
        }

        /** Returns a copy with the type that the surrounding layer must provide. Layers and components need it. */
        public Description requires(StackType type) {
            Description copy = new Description(this);
            copy.requires = type;
            return copy;
        }

        /** Returns a copy with the type that a layer provides to its inner component. Default: the surrounding type. */
        public Description provides(StackType type) {
            Description copy = new Description(this);
            copy.provides = type;
            return copy;
        }

        /** Returns a copy with these options. */
        public Description options(Option<?>... all) {
            Description copy = new Description(this);
            copy.options = List.of(all);
            return copy;
        }

        /** Returns a copy with a check that {@linkplain Factory#warn warns} of probably unintended settings. */
        public Description warnings(BiConsumer<Settings, ConfigErrors> check) {
            Description copy = new Description(this);
            copy.warnings = check;
            return copy;
        }

        /** Returns a copy for a layer that {@linkplain LayerFactory#upgrades handles upgrade requests}. */
        public Description upgrades() {
            Description copy = new Description(this);
            copy.upgrades = true;
            return copy;
        }

        /** Returns a copy for a layer with {@linkplain LayerFactory#ambientCredentials ambient credentials}. */
        public Description ambientCredentials() {
            Description copy = new Description(this);
            copy.ambientCredentials = true;
            return copy;
        }

        /** Returns a copy for a layer that {@linkplain LayerFactory#guards rejects} unknown clients. */
        public Description guards() {
            Description copy = new Description(this);
            copy.guards = true;
            return copy;
        }

        /** Returns a copy with the methods of handled requests. Default: none for a layer, GET for a component. */
        public Description methods(String... all) {
            Description copy = new Description(this);
            copy.methods = List.of(all);
            return copy;
        }

        /** Returns a copy with {@linkplain ComponentFactory#subpaths patterns} below the path of an HTTP component. */
        public Description subpaths(String... all) {
            Description copy = new Description(this);
            copy.subpaths = List.of(all);
            return copy;
        }

        /** Returns a factory of a layer or decorator. */
        public LayerFactory layer(BiFunction<Component<?>, Settings, Component<?>> around) {
            return new Layers(
                    name,
                    summary,
                    options,
                    required(),
                    provides,
                    upgrades,
                    ambientCredentials,
                    guards,
                    methods,
                    warnings,
                    around);
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
                boolean guards,
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
}
