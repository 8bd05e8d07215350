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
    interface Placed {
        Component<?> around(Component<?> inner);
    }

    /** A layer that is known, what it is told, and what stands around it. */
    private record Layered(LayerFactory layer, Settings settings, StackType given, ConfigOrigin at) implements Placed {
        StackType gives() {
            return layer.gives(given);
        }

        @Override
        public Component<?> around(Component<?> inner) {
            return layer.around(inner, settings);
        }
    }

    /** Layers that read the bytes of a socket, so that no other protocol can be around them. */
    private static final Set<String> ON_SOCKETS = Set.of("http", "rawsocket");

    private final FactoryRegistry parts;
    private final ConfigErrors problems;

    StackBuilder(FactoryRegistry parts, ConfigErrors problems) {
        this.parts = parts;
        this.problems = problems;
    }

    /**
     * The innermost part: what it needs, where it stands, and how it is made.
     *
     * @param sound whether it was told nothing wrong
     */
    record Core(
            String name,
            StackType needs,
            ConfigOrigin at,
            boolean sound,
            Supplier<Component<?>> make,
            Optional<ComponentFactory> factory) {
        Core(String name, StackType needs, ConfigOrigin at, Supplier<Component<?>> make) {
            this(name, needs, at, true, make, Optional.empty());
        }
    }

    /** A component by name, or nothing and a problem. */
    Optional<Core> component(FactoryRef use) {
        return component(use, "");
    }

    /** As above, at the end of a route. */
    Optional<Core> component(FactoryRef use, String path) {
        return parts.component(use.name(), use.origin(), problems).map(factory -> core(factory, use, path));
    }

    private Core core(ComponentFactory factory, FactoryRef use, String path) {
        Settings settings = read("component", factory, use);
        return new Core(
                factory.name(),
                factory.needs(),
                use.origin(),
                settings.isSound(),
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
            parts.layer(use.name(), use.origin(), reportedElsewhere)
                    .ifPresent(layer -> policy.enter(
                            layer,
                            Settings.read("layer " + layer.name(), use.settings(), layer.options(), reportedElsewhere),
                            use.origin(),
                            reportedElsewhere));
        }
        return policy;
    }

    /** The layers that there are; others are reported elsewhere. */
    private List<LayerFactory> known(List<FactoryRef> layers) {
        ConfigErrors reportedElsewhere = new ConfigErrors();
        List<LayerFactory> known = new ArrayList<>();
        layers.forEach(
                use -> parts.layer(use.name(), use.origin(), reportedElsewhere).ifPresent(known::add));
        return known;
    }

    /** As below, with no layers around it that decide about origins. */
    Optional<Built> build(
            String outside, StackType given, List<FactoryRef> layers, @Nullable Core core, ConfigOrigin at) {
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
            @Nullable Core core,
            ConfigOrigin at,
            DefaultOriginFilter origins) {
        List<Placed> placed = new ArrayList<>();
        List<String> names = new ArrayList<>();
        String around = outside;
        StackType gives = given;
        boolean known = true;
        boolean sound = core != null && core.sound();
        boolean upgrades = false;
        List<String> methods = new ArrayList<>();
        List<LayerFactory> there = known(layers);
        boolean wantsCheck = origins.wantsDefault(
                there,
                core != null
                        && core.factory().filter(ComponentFactory::checksOrigin).isPresent());
        for (FactoryRef use : layers) {
            LayerFactory layer = parts.layer(use.name(), use.origin(), problems).orElse(null);
            if (layer == null) {
                known = false;
                continue;
            }
            Settings settings = read("layer", layer, use);
            sound &= settings.isSound();
            sound &= !known || fits("layer", layer.name(), layer.needs(), around, gives, use.origin());
            if (wantsCheck && origins.belongsAround(layer)) {
                placed.add(origins.byDefault(there.stream().anyMatch(LayerFactory::upgrades)));
                names.add(DefaultOriginFilter.SHOWN);
            }
            origins.enter(layer, settings, use.origin(), problems);
            placed.add(new Layered(layer, settings, known ? gives : layer.needs(), use.origin()));
            StackType inside = layer.gives(gives);
            names.add(layer.name() + (inside.equals(gives) ? "" : " → " + inside));
            around = layer.name();
            gives = inside;
            upgrades |= layer.upgrades();
            methods.addAll(layer.methods());
        }
        sound &= known && (core == null || fits("component", core.name(), core.needs(), around, gives, at));
        if (core == null || !sound) {
            tryAll(placed, core);
            return Optional.empty();
        }
        if (wantsCheck && !origins.isDecided()) {
            placed.add(origins.byDefault(false));
            names.add(DefaultOriginFilter.SHOWN);
        }
        names.add(core.name());
        boolean writes = core.factory().filter(StackBuilder::writes).isPresent();
        origins.warn(upgrades || !methods.isEmpty() || writes, problems);
        Optional<Component<?>> made = make(core);
        boolean complete = made.isPresent();
        for (int i = placed.size() - 1; i >= 0; i--) {
            Placed one = placed.get(i);
            made = made.or(() -> placeholder(one)).flatMap(inner -> wrap(one, inner));
            complete &= made.isPresent();
        }
        return complete && made.isPresent()
                ? Optional.of(new Built(made.get(), names, upgrades, methods))
                : Optional.empty();
    }

    /** Makes each part of a stack that will not be, so that it says what is wrong with what it was told. */
    private void tryAll(List<Placed> placed, @Nullable Core core) {
        if (core != null && core.sound()) {
            make(core);
        }
        for (Placed one : placed) {
            if (one instanceof Layered layer && layer.settings().isSound()) {
                placeholder(one).ifPresent(inner -> wrap(one, inner));
            }
        }
    }

    /** Whether a page of another site can make it do something. */
    private static boolean writes(ComponentFactory component) {
        return component.checksOrigin()
                || component.methods().stream().anyMatch(method -> !method.equals("GET") && !method.equals("HEAD"));
    }

    private Optional<Component<?>> make(Core core) {
        return made(core.name(), core.at(), core.make());
    }

    private Optional<Component<?>> wrap(Placed one, Component<?> inner) {
        return one instanceof Layered layer
                ? made(layer.layer().name(), layer.at(), () -> layer.around(inner))
                : Optional.of(one.around(inner));
    }

    private Optional<Component<?>> made(String name, ConfigOrigin at, Supplier<Component<?>> make) {
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
    private static Optional<Component<?>> placeholder(Placed outside) {
        Class<?> inside = outside instanceof Layered layer ? layer.gives().component() : MessageComponent.class;
        if (inside == WampComponent.class) {
            return Optional.of(new WampComponent() {});
        }
        MessageComponent<Connection, Object> nothing = (from, message) -> {};
        return inside == MessageComponent.class ? Optional.of(nothing) : Optional.empty();
    }

    private boolean fits(String kind, String name, StackType needs, String around, StackType given, ConfigOrigin at) {
        if (ON_SOCKETS.contains(name) && given.connection() != Connection.class) {
            problems.add(
                    at,
                    kind + " \"" + name + "\" needs a socket, but \"" + around + "\" gives " + given + " (expected: "
                            + name + " once, outermost)");
            return false;
        }
        if (needs.fitsInto(given)) {
            return true;
        }
        String hint = parts.layers().stream()
                .filter(layer -> layer.needs().fitsInto(given) && needs.fitsInto(layer.gives(given)))
                .map(Factory::name)
                .findFirst()
                .map(between -> " (put \"" + between + "\" between them)")
                .orElse("");
        problems.add(at, kind + " \"" + name + "\" needs " + needs + ", but \"" + around + "\" gives " + given + hint);
        return false;
    }
}
