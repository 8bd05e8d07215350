package dev.sprocket.plugin;

import dev.sprocket.core.Component;
import java.util.List;

/**
 * Makes a kind of component: what stands inside all layers. A part of a plugin, as {@link LayerFactory}.
 *
 * <p>Not thread-safe; used during assembly only.
 */
public interface ComponentFactory extends Factory {
    /** What must be around it. */
    StackType needs();

    /** Below the path of a route, the patterns that lead to it; for components of HTTP. */
    default List<String> subpaths() {
        return List.of("");
    }

    /** The methods of requests that lead to it; for components of HTTP. */
    default List<String> methods() {
        return List.of("GET");
    }

    /** Whether pages of other hosts are refused, unless an {@code origin-check} or {@code cors} around it allows them. */
    default boolean checksOrigin() {
        return false;
    }

    /**
     * Makes it.
     *
     * @throws IllegalArgumentException if the settings make no sense together; the message is for the user
     */
    Component<?> create(Settings settings);

    /** As above, for a component of HTTP that has to know the path of its route. */
    default Component<?> create(Settings settings, String path) {
        return create(settings);
    }
}
