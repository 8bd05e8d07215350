package dev.sprocket.plugin;

import com.google.inject.Module;
import java.lang.module.ModuleDescriptor;

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
 * <p>A plugin in a named module declares {@code provides dev.sprocket.plugin.Plugin with …}. Guice creates classes that
 * are bound with {@code to} by reflection, so their package must be open to {@code com.google.guice}.
 *
 * <p>Not thread-safe; used during assembly only.
 */
public interface Plugin {
    /** Returns the name of the plugin, unique in a server. */
    String name();

    /** Returns the version of the plugin, for users. */
    default String version() {
        String version = getClass().getPackage().getImplementationVersion();
        if (version != null) {
            return version;
        }
        ModuleDescriptor named = getClass().getModule().getDescriptor();
        return named == null ? "dev" : named.rawVersion().orElse("dev");
    }

    /** Returns the Guice module that binds the factories. */
    Module module();
}
