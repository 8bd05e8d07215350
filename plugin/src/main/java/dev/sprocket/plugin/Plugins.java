package dev.sprocket.plugin;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/** The plugins of a server. Threads: used while the server is put together, by one. */
public final class Plugins {
    private final List<Plugin> plugins;

    private Plugins(List<Plugin> plugins) {
        this.plugins = plugins;
    }

    /** Those on the class path. Throws {@link IllegalStateException} if two have the same name. */
    public static Plugins discover() {
        Map<String, Plugin> byName = new TreeMap<>();
        for (Plugin plugin : ServiceLoader.load(Plugin.class)) {
            Plugin other = byName.putIfAbsent(plugin.name(), plugin);
            if (other != null) {
                throw new IllegalStateException("two plugins are called " + plugin.name() + ": "
                        + other.getClass().getName() + " and "
                        + plugin.getClass().getName());
            }
        }
        return new Plugins(List.copyOf(byName.values()));
    }

    /** All of them, by name. */
    public List<Plugin> all() {
        return plugins;
    }

    /** Puts together what they bind and what the server itself binds. */
    public Injector injector(Module... own) {
        List<Module> modules = new ArrayList<>(List.of(own));
        modules.add(binder -> Multibinder.newSetBinder(binder, BridgeFactory.class));
        for (Plugin plugin : plugins) {
            modules.add(plugin.module());
        }
        return Guice.createInjector(modules);
    }

    /** The kind of bridge with this name. Throws {@link IllegalArgumentException} that lists the known ones. */
    public static BridgeFactory bridge(Injector injector, String name) {
        Set<BridgeFactory> factories = injector.getInstance(Key.get(new TypeLiteral<Set<BridgeFactory>>() {}));
        return factories.stream()
                .filter(factory -> factory.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("bridge: " + name + " (expected: one of "
                        + factories.stream().map(BridgeFactory::name).sorted().toList() + ")"));
    }
}
