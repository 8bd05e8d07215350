package dev.sprocket.plugin;

import dev.sprocket.core.Component;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Settings;
import java.util.List;

/**
 * Factory of a component, the innermost element of a stack.
 *
 * <p>A plugin adds it to the set of {@code ComponentFactory}, see {@link Plugin}. Not thread-safe; used during assembly
 * only.
 */
public interface ComponentFactory extends Factory {
    /** Returns the type that the surrounding layer must provide. */
    StackType requires();

    /** Returns the patterns below the path of a route that the component handles; HTTP only. */
    default List<String> subpaths() {
        return List.of("");
    }

    /** Returns the methods of the requests that the component handles; HTTP only. */
    default List<String> methods() {
        return List.of("GET");
    }

    /**
     * Reports whether the component requires an origin check.
     *
     * <p>If so, pages of other hosts are rejected unless a surrounding {@code origin-check} or {@code cors} allows
     * them.
     */
    default boolean checksOrigin() {
        return false;
    }

    /**
     * Adds warnings about settings of a component that clients on other hosts can reach.
     *
     * <p>Called for valid settings if a listening address is not a loopback address or Unix domain socket.
     */
    default void warnExposed(Settings settings, ConfigErrors problems) {}

    /**
     * Adds warnings about a component that every client on other hosts can reach.
     *
     * <p>Called like {@link #warnExposed}, if no layer around the component {@linkplain LayerFactory#guards guards} it.
     */
    default void warnUnguarded(Settings settings, ConfigErrors problems) {}

    /**
     * Creates the component.
     *
     * @throws IllegalArgumentException if the settings contradict each other; the message is for users
     */
    Component<?> create(Settings settings);

    /** Creates an HTTP component that depends on the path of its route. */
    default Component<?> create(Settings settings, String path) {
        return create(settings);
    }
}
