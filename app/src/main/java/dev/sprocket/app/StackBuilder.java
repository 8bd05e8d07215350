package dev.sprocket.app;

import com.typesafe.config.ConfigOrigin;
import dev.sprocket.core.Component;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.ConfigurationException;
import dev.sprocket.plugin.Fit;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Part;
import dev.sprocket.plugin.Parts;
import dev.sprocket.plugin.Problems;
import dev.sprocket.plugin.Settings;
import dev.sprocket.plugin.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts stacks together by name, and checks that each part fits into the one around it. Threads: one. */
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

    private final Parts parts;
    private final Problems problems;

    StackBuilder(Parts parts, Problems problems) {
        this.parts = parts;
        this.problems = problems;
    }

    /** The innermost part: what it needs, and how it is made. */
    record Core(String name, Fit needs, Supplier<Component<?>> make, Optional<ComponentFactory> factory) {
        Core(String name, Fit needs, Supplier<Component<?>> make) {
            this(name, needs, make, Optional.empty());
        }
    }

    /** A component by name, or nothing and a problem. */
    Optional<Core> component(Use use) {
        return component(use, "");
    }

    /** As above, at the end of a route. */
    Optional<Core> component(Use use, String path) {
        return parts.component(use.name(), use.origin(), problems).map(factory -> core(factory, use, path));
    }

    private Core core(ComponentFactory factory, Use use, String path) {
        Settings settings = read("component", factory, use);
        return new Core(
                factory.name(),
                factory.needs(),
                () -> path.isEmpty() ? factory.create(settings) : factory.create(settings, path),
                Optional.of(factory));
    }

    private Settings read(String kind, Part part, Use use) {
        return Settings.read(kind + " " + part.name(), use.settings(), part.options(), problems);
    }

    /** What layers around the routes of a listener decide about origins; mistakes in them are reported elsewhere. */
    OriginPolicy origins(List<Use> layers) {
        OriginPolicy policy = new OriginPolicy();
        Problems reportedElsewhere = new Problems();
        for (Use use : layers) {
            parts.layer(use.name(), use.origin(), reportedElsewhere)
                    .ifPresent(layer -> policy.enter(
                            layer,
                            Settings.read("layer " + layer.name(), use.settings(), layer.options(), reportedElsewhere),
                            use.origin()));
        }
        return policy;
    }

    /** As below, with no layers around it that decide about origins. */
    Optional<Built> build(String outside, Fit given, List<Use> layers, @Nullable Core core, ConfigOrigin at) {
        return build(outside, given, layers, core, at, new OriginPolicy());
    }

    /**
     * Builds a stack, or says what does not fit.
     *
     * @param outside the name of what is around it, and what that gives
     * @param origins what layers around it have decided
     */
    Optional<Built> build(
            String outside, Fit given, List<Use> layers, @Nullable Core core, ConfigOrigin at, OriginPolicy origins) {
        List<Placed> placed = new ArrayList<>();
        List<String> names = new ArrayList<>();
        String around = outside;
        Fit gives = given;
        boolean sound = true;
        boolean upgrades = false;
        List<String> methods = new ArrayList<>();
        for (Use use : layers) {
            LayerFactory layer = parts.layer(use.name(), use.origin(), problems).orElse(null);
            if (layer == null) {
                return Optional.empty();
            }
            sound &= fits("layer", layer.name(), layer.needs(), around, gives, use.origin());
            Settings settings = read("layer", layer, use);
            if (origins.belongsAround(layer)) {
                placed.add(origins.byDefault(layer.upgrades()));
                names.add(OriginPolicy.SHOWN);
            }
            origins.enter(layer, settings, use.origin());
            placed.add(inner -> layer.around(inner, settings));
            Fit inside = layer.gives(gives);
            names.add(layer.name() + (inside.equals(gives) ? "" : " → " + inside));
            around = layer.name();
            gives = inside;
            upgrades |= layer.upgrades();
            methods.addAll(layer.methods());
        }
        if (core == null || !fits("component", core.name(), core.needs(), around, gives, at) || !sound) {
            return Optional.empty();
        }
        if (core.factory().filter(origins::belongsAround).isPresent()) {
            placed.add(origins.byDefault(false));
            names.add(OriginPolicy.SHOWN);
        }
        names.add(core.name());
        boolean writes = core.factory().filter(StackBuilder::writes).isPresent();
        origins.warn(upgrades || !methods.isEmpty() || writes, problems);
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        try {
            Component<?> made = core.make().get();
            for (int i = placed.size() - 1; i >= 0; i--) {
                made = placed.get(i).around(made);
            }
            return Optional.of(new Built(made, names, upgrades, methods));
        } catch (ConfigurationException e) {
            problems.addAll(e);
            return Optional.empty();
        } catch (IllegalArgumentException | IllegalStateException e) {
            problems.add(at, String.join(" > ", names) + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Whether a page of another site can make it do something. */
    private static boolean writes(ComponentFactory component) {
        return component.checksOrigin()
                || component.methods().stream().anyMatch(method -> !method.equals("GET") && !method.equals("HEAD"));
    }

    private boolean fits(String kind, String name, Fit needs, String around, Fit given, ConfigOrigin at) {
        if (needs.fitsInto(given)) {
            return true;
        }
        String hint = parts.layers().stream()
                .filter(layer -> layer.needs().fitsInto(given) && needs.fitsInto(layer.gives(given)))
                .map(Part::name)
                .findFirst()
                .map(between -> " (put \"" + between + "\" between them)")
                .orElse("");
        problems.add(at, kind + " \"" + name + "\" needs " + needs + ", but \"" + around + "\" gives " + given + hint);
        return false;
    }
}
