package dev.sprocket.plugin;

import dev.sprocket.plugin.config.Option;
import java.util.List;

/**
 * Creates layers, components, bridges or services from a configuration.
 *
 * <p>Not thread-safe; used during assembly only.
 */
public interface Factory {
    /** Returns the name in configurations: lower case, with hyphens. */
    String name();

    /** Returns a summary of its purpose in one line, for {@code sprocket config}. */
    String summary();

    /** Returns the options of its settings. */
    default List<Option<?>> options() {
        return List.of();
    }
}
