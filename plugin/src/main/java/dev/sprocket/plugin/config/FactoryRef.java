package dev.sprocket.plugin.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Map;

/**
 * Reference to a factory in a configuration, with its settings.
 *
 * @param name name of the factory
 * @param settings settings, not read yet
 * @param origin location in the configuration
 */
public record FactoryRef(String name, ConfigObject settings, ConfigOrigin origin) {
    /** Returns a reference with default settings that is not part of a file. */
    public static FactoryRef of(String name) {
        ConfigObject nothing = ConfigFactory.empty().root();
        return new FactoryRef(name, nothing, nothing.origin());
    }

    /** Reads {@code ws} or <code>{ ws { … } }</code>. */
    static FactoryRef read(ConfigValue value) {
        if (value.valueType() == ConfigValueType.STRING) {
            return new FactoryRef(
                    String.valueOf(value.unwrapped()),
                    ConfigFactory.empty().root().withOrigin(value.origin()),
                    value.origin());
        }
        if (value instanceof ConfigObject object && object.size() == 1) {
            Map.Entry<String, ConfigValue> only = object.entrySet().iterator().next();
            if (only.getValue() instanceof ConfigObject settings) {
                return new FactoryRef(only.getKey(), settings, value.origin());
            }
        }
        throw new IllegalArgumentException("not a name (expected: name, or { name { key = value } })");
    }
}
