package dev.sprocket.plugin;

import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
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

    /**
     * Adds warnings about settings that are valid but probably unintended.
     *
     * <p>Called for valid settings each time a configuration is read. See {@link Settings#warnIfSet}.
     */
    default void warn(Settings settings, ConfigErrors problems) {}

    /**
     * Parses settings from HOCON, to create an instance in Java.
     *
     * @throws ConfigurationException with all errors
     */
    default Settings settings(String hocon) {
        return Settings.parse(name(), hocon, options());
    }
}
