package dev.sprocket.config.internal.listener;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.typesafe.config.ConfigOrigin;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.plugin.config.Settings.FactoryRef;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.wamp.WampComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds stacks from names, and checks that adjacent layers fit together. Not thread-safe. */
public final class StackBuilder {
    /**
     * Complete stack: outermost component, names for the diagram, and the requests that it handles.
     *
     * @param methods methods of the layers; if empty, those of the inner component
     */
    public record Built(Component<?> component, List<String> names, boolean upgrades, List<String> methods) {}

    /** Wraps the next inner component. */
    interface Wrapper {
        Component<?> around(Component<?> inner);
    }

    /** Use of a known layer, with its settings and surrounding type. */
    private record LayerUse(LayerFactory layer, Settings settings, StackType outerType, ConfigOrigin origin)
            implements Wrapper {
        StackType provides() {
            return layer.provides(outerType);
        }

        @Override
        public Component<?> around(Component<?> inner) {
            return layer.around(inner, settings);
        }
    }

    /** Names that require a socket, because they read its bytes. */
    private static final Set<String> SOCKET_ONLY = Set.of("http", "rawsocket");

    private final FactoryRegistry factories;
    private final ConfigErrors problems;

    public StackBuilder(FactoryRegistry factories, ConfigErrors problems) {
        this.factories = factories;
        this.problems = problems;
    }

    /**
     * Innermost component of a stack.
     *
     * @param valid true if its settings are valid
     */
    public record InnerComponent(
            String name,
            StackType requires,
            ConfigOrigin origin,
            boolean valid,
            Supplier<Component<?>> create,
            Optional<ComponentFactory> factory) {
        InnerComponent(String name, StackType required, ConfigOrigin origin, Supplier<Component<?>> create) {
            this(name, required, origin, true, create, Optional.empty());
        }
    }

    /** Looks up a component; empty for an unknown name, which is reported. */
    Optional<InnerComponent> component(FactoryRef ref) {
        return component(ref, "");
    }

    /** Looks up the component of a route; empty for an unknown name. */
    Optional<InnerComponent> component(FactoryRef ref, String path) {
        return factories
                .component(ref.name(), ref.origin(), problems)
                .map(factory -> innerComponent(factory, ref, path));
    }

    private InnerComponent innerComponent(ComponentFactory factory, FactoryRef ref, String path) {
        Settings settings = read("component", factory, ref);
        return new InnerComponent(
                factory.name(),
                factory.requires(),
                ref.origin(),
                settings.isValid(),
                () -> path.isEmpty() ? factory.create(settings) : factory.create(settings, path),
                Optional.of(factory));
    }

    private Settings read(String kind, Factory part, FactoryRef ref) {
        Settings settings = Settings.read(kind + " " + part.name(), ref.settings(), part.options(), problems);
        if (settings.isValid()) {
            part.warn(settings, problems);
        }
        return settings;
    }

    /** Adds the warnings about a component that clients on other hosts can reach. */
    void warnExposed(FactoryRef ref, List<FactoryRef> layers) {
        boolean guarded = knownLayers(layers).stream().anyMatch(LayerFactory::guards);
        ConfigErrors reportedElsewhere = new ConfigErrors();
        factories.component(ref.name(), ref.origin(), reportedElsewhere).ifPresent(component -> {
            Settings settings = Settings.read(component.name(), ref.settings(), component.options(), reportedElsewhere);
            if (settings.isValid()) {
                component.warnExposed(settings, problems);
                if (!guarded) {
                    component.warnUnguarded(settings, problems);
                }
            }
        });
    }

    /** Determines the origin check of the layers of a listener, without reporting errors. */
    DefaultOriginFilter origins(List<FactoryRef> layers) {
        DefaultOriginFilter origins = new DefaultOriginFilter();
        ConfigErrors reportedElsewhere = new ConfigErrors();
        for (FactoryRef ref : layers) {
            factories
                    .layer(ref.name(), ref.origin(), reportedElsewhere)
                    .ifPresent(layer -> origins.visit(
                            layer,
                            Settings.read("layer " + layer.name(), ref.settings(), layer.options(), reportedElsewhere),
                            ref.origin(),
                            reportedElsewhere));
        }
        return origins;
    }

    /** Returns the known layers; unknown names are reported elsewhere. */
    private List<LayerFactory> knownLayers(List<FactoryRef> layers) {
        ConfigErrors reportedElsewhere = new ConfigErrors();
        List<LayerFactory> known = new ArrayList<>();
        layers.forEach(ref ->
                factories.layer(ref.name(), ref.origin(), reportedElsewhere).ifPresent(known::add));
        return known;
    }

    /** Builds a stack that is not nested in the layers of a listener. */
    public Optional<Built> build(
            String outerName,
            StackType outerType,
            List<FactoryRef> layers,
            @Nullable InnerComponent innermost,
            ConfigOrigin at) {
        return build(outerName, outerType, layers, innermost, at, new DefaultOriginFilter());
    }

    /**
     * Builds a stack; empty after an error, which is added to the errors.
     *
     * @param outerName name of the surrounding element
     * @param outerType type that the surrounding element provides
     * @param origins state of the origin check after the surrounding layers
     */
    Optional<Built> build(
            String outerName,
            StackType outerType,
            List<FactoryRef> layers,
            @Nullable InnerComponent innermost,
            ConfigOrigin at,
            DefaultOriginFilter origins) {
        List<Wrapper> wrappers = new ArrayList<>();
        List<String> names = new ArrayList<>();
        String currentName = outerName;
        StackType provided = outerType;
        boolean known = true;
        boolean valid = innermost != null && innermost.valid();
        boolean upgrades = false;
        List<String> methods = new ArrayList<>();
        List<LayerFactory> knownLayers = knownLayers(layers);
        boolean needsOriginCheck = origins.needsDefault(
                knownLayers,
                innermost != null
                        && innermost
                                .factory()
                                .filter(ComponentFactory::checksOrigin)
                                .isPresent());
        for (FactoryRef ref : layers) {
            LayerFactory layer =
                    factories.layer(ref.name(), ref.origin(), problems).orElse(null);
            if (layer == null) {
                known = false;
                continue;
            }
            Settings settings = read("layer", layer, ref);
            valid &= settings.isValid();
            boolean fits =
                    known && checkFits("layer", layer.name(), layer.requires(), currentName, provided, ref.origin());
            valid &= fits || !known;
            if (needsOriginCheck && origins.isInsertedAround(layer)) {
                wrappers.add(origins.create(knownLayers.stream().anyMatch(LayerFactory::upgrades)));
                names.add(DefaultOriginFilter.LABEL);
            }
            origins.visit(layer, settings, ref.origin(), problems);
            wrappers.add(new LayerUse(layer, settings, fits ? provided : layer.requires(), ref.origin()));
            StackType inside = layer.provides(provided);
            names.add(layer.name() + (inside.equals(provided) ? "" : " → " + inside));
            currentName = layer.name();
            provided = inside;
            upgrades |= layer.upgrades();
            methods.addAll(layer.methods());
        }
        valid &= known
                && (innermost == null
                        || checkFits("component", innermost.name(), innermost.requires(), currentName, provided, at));
        if (innermost == null || !valid) {
            collectErrors(wrappers, innermost);
            return Optional.empty();
        }
        if (needsOriginCheck && !origins.isDecided()) {
            wrappers.add(origins.create(false));
            names.add(DefaultOriginFilter.LABEL);
        }
        names.add(innermost.name());
        boolean writes = innermost.factory().filter(StackBuilder::writes).isPresent();
        origins.warn(upgrades || !methods.isEmpty() || writes, problems);
        Optional<Component<?>> result = make(innermost);
        boolean complete = result.isPresent();
        for (int i = wrappers.size() - 1; i >= 0; i--) {
            Wrapper wrapper = wrappers.get(i);
            result = result.or(() -> placeholder(wrapper)).flatMap(inner -> wrap(wrapper, inner));
            complete &= result.isPresent();
        }
        return complete && result.isPresent()
                ? Optional.of(new Built(result.get(), names, upgrades, methods))
                : Optional.empty();
    }

    /** Creates each element of an invalid stack, only to report the errors of its settings. */
    private void collectErrors(List<Wrapper> wrappers, @Nullable InnerComponent innermost) {
        if (innermost != null && innermost.valid()) {
            make(innermost);
        }
        for (Wrapper wrapper : wrappers) {
            if (wrapper instanceof LayerUse layer && layer.settings().isValid()) {
                placeholder(wrapper).ifPresent(inner -> wrap(wrapper, inner));
            }
        }
    }

    /** Reports whether requests of other sites can have side effects on a component. */
    private static boolean writes(ComponentFactory component) {
        return component.checksOrigin()
                || component.methods().stream().anyMatch(method -> !method.equals("GET") && !method.equals("HEAD"));
    }

    @CanIgnoreReturnValue
    private Optional<Component<?>> make(InnerComponent innermost) {
        return create(innermost.name(), innermost.origin(), innermost.create());
    }

    @CanIgnoreReturnValue
    private Optional<Component<?>> wrap(Wrapper wrapper, Component<?> inner) {
        return wrapper instanceof LayerUse layer
                ? create(layer.layer().name(), layer.origin(), () -> layer.around(inner))
                : Optional.of(wrapper.around(inner));
    }

    private Optional<Component<?>> create(String name, ConfigOrigin at, Supplier<Component<?>> create) {
        try {
            return Optional.of(create.get());
        } catch (ConfigurationException e) {
            problems.addAll(e);
        } catch (IllegalArgumentException | IllegalStateException e) {
            problems.add(at, name + ": " + e.getMessage());
        }
        return Optional.empty();
    }

    /** Returns a substitute for an inner component that could not be created. */
    private static Optional<Component<?>> placeholder(Wrapper outer) {
        Class<?> inside = outer instanceof LayerUse layer ? layer.provides().component() : MessageComponent.class;
        if (inside == WampComponent.class) {
            return Optional.of(new WampComponent() {});
        }
        MessageComponent<Connection, Object> nothing = (from, message) -> {};
        return inside == MessageComponent.class ? Optional.of(nothing) : Optional.empty();
    }

    private boolean checkFits(
            String kind, String name, StackType required, String outerName, StackType outerType, ConfigOrigin at) {
        if (SOCKET_ONLY.contains(name) && outerType.connection() != Connection.class) {
            problems.add(
                    at,
                    kind + " \"" + name + "\" requires a socket, but \"" + outerName + "\" provides " + outerType
                            + " (expected: " + name + " once, outermost)");
            return false;
        }
        if (required.isSatisfiedBy(outerType)) {
            return true;
        }
        String hint = factories.layers().stream()
                .filter(layer ->
                        layer.requires().isSatisfiedBy(outerType) && required.isSatisfiedBy(layer.provides(outerType)))
                .map(Factory::name)
                .findFirst()
                .map(between -> " (put \"" + between + "\" between them)")
                .orElse("");
        problems.add(
                at,
                kind + " \"" + name + "\" requires " + required + ", but \"" + outerName + "\" provides " + outerType
                        + hint);
        return false;
    }
}
