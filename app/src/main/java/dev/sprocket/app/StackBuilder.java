package dev.sprocket.app;

import com.typesafe.config.ConfigOrigin;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.ConfigErrors;
import dev.sprocket.plugin.ConfigurationException;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.FactoryRef;
import dev.sprocket.plugin.FactoryRegistry;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Settings;
import dev.sprocket.plugin.StackType;
import dev.sprocket.wamp.WampComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts stacks together by name, and checks that each part fits into the one around it. Not thread-safe. */
final class StackBuilder {
    /**
     * What is made of a list of names: the outermost component, what it looks like, and what requests lead to it.
     *
     * @param methods those of the layers; if none, those of the component inside
     */
    record Built(Component<?> component, List<String> names, boolean upgrades, List<String> methods) {}

    /** How to wrap the next part inside. */
    interface Wrapper {
        Component<?> around(Component<?> inner);
    }

    /** A layer that is known, what it is told, and what stands around it. */
    private record LayerUse(LayerFactory layer, Settings settings, StackType given, ConfigOrigin origin)
            implements Wrapper {
        StackType provides() {
            return layer.provides(given);
        }

        @Override
        public Component<?> around(Component<?> inner) {
            return layer.around(inner, settings);
        }
    }

    /** Layers that read the bytes of a socket, so that no other protocol can be around them. */
    private static final Set<String> SOCKET_ONLY = Set.of("http", "rawsocket");

    private final FactoryRegistry factories;
    private final ConfigErrors problems;

    StackBuilder(FactoryRegistry parts, ConfigErrors problems) {
        this.factories = parts;
        this.problems = problems;
    }

    /**
     * The innermost part: what it needs, where it stands, and how it is made.
     *
     * @param sound whether it was told nothing wrong
     */
    record InnerComponent(
            String name,
            StackType requires,
            ConfigOrigin origin,
            boolean valid,
            Supplier<Component<?>> create,
            Optional<ComponentFactory> factory) {
        InnerComponent(String name, StackType needs, ConfigOrigin at, Supplier<Component<?>> make) {
            this(name, needs, at, true, make, Optional.empty());
        }
    }

    /** A component by name, or nothing and a problem. */
    Optional<InnerComponent> component(FactoryRef use) {
        return component(use, "");
    }

    /** As above, at the end of a route. */
    Optional<InnerComponent> component(FactoryRef use, String path) {
        return factories
                .component(use.name(), use.origin(), problems)
                .map(factory -> innerComponent(factory, use, path));
    }

    private InnerComponent innerComponent(ComponentFactory factory, FactoryRef use, String path) {
        Settings settings = read("component", factory, use);
        return new InnerComponent(
                factory.name(),
                factory.requires(),
                use.origin(),
                settings.isValid(),
                () -> path.isEmpty() ? factory.create(settings) : factory.create(settings, path),
                Optional.of(factory));
    }

    private Settings read(String kind, Factory part, FactoryRef use) {
        return Settings.read(kind + " " + part.name(), use.settings(), part.options(), problems);
    }

    /** What layers around the routes of a listener decide about origins; mistakes in them are reported elsewhere. */
    DefaultOriginFilter origins(List<FactoryRef> layers) {
        DefaultOriginFilter policy = new DefaultOriginFilter();
        ConfigErrors reportedElsewhere = new ConfigErrors();
        for (FactoryRef use : layers) {
            factories
                    .layer(use.name(), use.origin(), reportedElsewhere)
                    .ifPresent(layer -> policy.enter(
                            layer,
                            Settings.read("layer " + layer.name(), use.settings(), layer.options(), reportedElsewhere),
                            use.origin(),
                            reportedElsewhere));
        }
        return policy;
    }

    /** The layers that there are; others are reported elsewhere. */
    private List<LayerFactory> knownLayers(List<FactoryRef> layers) {
        ConfigErrors reportedElsewhere = new ConfigErrors();
        List<LayerFactory> known = new ArrayList<>();
        layers.forEach(use ->
                factories.layer(use.name(), use.origin(), reportedElsewhere).ifPresent(known::add));
        return known;
    }

    /** As below, with no layers around it that decide about origins. */
    Optional<Built> build(
            String outside, StackType given, List<FactoryRef> layers, @Nullable InnerComponent core, ConfigOrigin at) {
        return build(outside, given, layers, core, at, new DefaultOriginFilter());
    }

    /**
     * Builds a stack, or says all that is wrong with it.
     *
     * @param outside the name of what is around it, and what that gives
     * @param origins what layers around it have decided
     */
    Optional<Built> build(
            String outside,
            StackType given,
            List<FactoryRef> layers,
            @Nullable InnerComponent core,
            ConfigOrigin at,
            DefaultOriginFilter origins) {
        List<Wrapper> placed = new ArrayList<>();
        List<String> names = new ArrayList<>();
        String around = outside;
        StackType gives = given;
        boolean known = true;
        boolean sound = core != null && core.valid();
        boolean upgrades = false;
        List<String> methods = new ArrayList<>();
        List<LayerFactory> there = knownLayers(layers);
        boolean wantsCheck = origins.needsDefault(
                there,
                core != null
                        && core.factory().filter(ComponentFactory::checksOrigin).isPresent());
        for (FactoryRef use : layers) {
            LayerFactory layer =
                    factories.layer(use.name(), use.origin(), problems).orElse(null);
            if (layer == null) {
                known = false;
                continue;
            }
            Settings settings = read("layer", layer, use);
            sound &= settings.isValid();
            sound &= !known || checkFits("layer", layer.name(), layer.requires(), around, gives, use.origin());
            if (wantsCheck && origins.isInsertedAround(layer)) {
                placed.add(origins.create(there.stream().anyMatch(LayerFactory::upgrades)));
                names.add(DefaultOriginFilter.LABEL);
            }
            origins.enter(layer, settings, use.origin(), problems);
            placed.add(new LayerUse(layer, settings, known ? gives : layer.requires(), use.origin()));
            StackType inside = layer.provides(gives);
            names.add(layer.name() + (inside.equals(gives) ? "" : " → " + inside));
            around = layer.name();
            gives = inside;
            upgrades |= layer.upgrades();
            methods.addAll(layer.methods());
        }
        sound &= known && (core == null || checkFits("component", core.name(), core.requires(), around, gives, at));
        if (core == null || !sound) {
            collectErrors(placed, core);
            return Optional.empty();
        }
        if (wantsCheck && !origins.isDecided()) {
            placed.add(origins.create(false));
            names.add(DefaultOriginFilter.LABEL);
        }
        names.add(core.name());
        boolean writes = core.factory().filter(StackBuilder::writes).isPresent();
        origins.warn(upgrades || !methods.isEmpty() || writes, problems);
        Optional<Component<?>> made = make(core);
        boolean complete = made.isPresent();
        for (int i = placed.size() - 1; i >= 0; i--) {
            Wrapper one = placed.get(i);
            made = made.or(() -> placeholder(one)).flatMap(inner -> wrap(one, inner));
            complete &= made.isPresent();
        }
        return complete && made.isPresent()
                ? Optional.of(new Built(made.get(), names, upgrades, methods))
                : Optional.empty();
    }

    /** Makes each part of a stack that will not be, so that it says what is wrong with what it was told. */
    private void collectErrors(List<Wrapper> placed, @Nullable InnerComponent core) {
        if (core != null && core.valid()) {
            make(core);
        }
        for (Wrapper one : placed) {
            if (one instanceof LayerUse layer && layer.settings().isValid()) {
                placeholder(one).ifPresent(inner -> wrap(one, inner));
            }
        }
    }

    /** Whether a page of another site can make it do something. */
    private static boolean writes(ComponentFactory component) {
        return component.checksOrigin()
                || component.methods().stream().anyMatch(method -> !method.equals("GET") && !method.equals("HEAD"));
    }

    private Optional<Component<?>> make(InnerComponent core) {
        return create(core.name(), core.origin(), core.create());
    }

    private Optional<Component<?>> wrap(Wrapper one, Component<?> inner) {
        return one instanceof LayerUse layer
                ? create(layer.layer().name(), layer.origin(), () -> layer.around(inner))
                : Optional.of(one.around(inner));
    }

    private Optional<Component<?>> create(String name, ConfigOrigin at, Supplier<Component<?>> make) {
        try {
            return Optional.of(make.get());
        } catch (ConfigurationException e) {
            problems.addAll(e);
        } catch (IllegalArgumentException | IllegalStateException e) {
            problems.add(at, name + ": " + e.getMessage());
        }
        return Optional.empty();
    }

    /** Stands inside of another where a part should that could not be made. */
    private static Optional<Component<?>> placeholder(Wrapper outside) {
        Class<?> inside = outside instanceof LayerUse layer ? layer.provides().component() : MessageComponent.class;
        if (inside == WampComponent.class) {
            return Optional.of(new WampComponent() {});
        }
        MessageComponent<Connection, Object> nothing = (from, message) -> {};
        return inside == MessageComponent.class ? Optional.of(nothing) : Optional.empty();
    }

    private boolean checkFits(
            String kind, String name, StackType needs, String around, StackType given, ConfigOrigin at) {
        if (SOCKET_ONLY.contains(name) && given.connection() != Connection.class) {
            problems.add(
                    at,
                    kind + " \"" + name + "\" requires a socket, but \"" + around + "\" provides " + given
                            + " (expected: " + name + " once, outermost)");
            return false;
        }
        if (needs.isSatisfiedBy(given)) {
            return true;
        }
        String hint = factories.layers().stream()
                .filter(layer -> layer.requires().isSatisfiedBy(given) && needs.isSatisfiedBy(layer.provides(given)))
                .map(Factory::name)
                .findFirst()
                .map(between -> " (put \"" + between + "\" between them)")
                .orElse("");
        problems.add(
                at, kind + " \"" + name + "\" requires " + needs + ", but \"" + around + "\" provides " + given + hint);
        return false;
    }
}
