package dev.sprocket.plugin;

import com.google.inject.Module;

/**
 * What a jar brings to a server. It is named in {@code META-INF/services/dev.sprocket.plugin.Plugin}, and its module adds
 * to the sets that the server is put together from (Guice's multibindings), so the order of plugins never matters:
 *
 * <pre>{@code
 * Multibinder.newSetBinder(binder, BridgeFactory.class).addBinding().to(MyBridgeFactory.class)
 * }</pre>
 *
 * <p>Not thread-safe; used during assembly only.
 */
public interface Plugin {
    /** Its name; no two plugins of a server share one. */
    String name();

    /** Its version, for people. */
    default String version() {
        String version = getClass().getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    /** What it binds. */
    Module module();
}
