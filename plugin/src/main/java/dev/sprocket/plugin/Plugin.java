package dev.sprocket.plugin;

import com.google.inject.Module;

/**
 * Entry point of a plugin jar.
 *
 * <p>The jar names it in {@code META-INF/services/dev.sprocket.plugin.Plugin}. Its module adds factories to sets (Guice
 * multibindings), so the order of plugins does not matter:
 *
 * <pre>{@code
 * Multibinder.newSetBinder(binder, BridgeFactory.class).addBinding().to(MyBridgeFactory.class);
 * }</pre>
 *
 * <p>Not thread-safe; used during assembly only.
 */
public interface Plugin {
    /** Returns the name of the plugin, unique in a server. */
    String name();

    /** Returns the version of the plugin, for users. */
    default String version() {
        String version = getClass().getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    /** Returns the Guice module that binds the factories. */
    Module module();
}
