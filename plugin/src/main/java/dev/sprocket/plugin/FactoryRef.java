package dev.sprocket.plugin;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Map;

/**
 * A part as a configuration asks for it.
 *
 * @param name what it is called
 * @param settings what it is told, unread
 * @param origin where it stands
 */
public record FactoryRef(String name, ConfigObject settings, ConfigOrigin origin) {
    /** A part with nothing but defaults, which nobody has written down. */
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
        throw new IllegalArgumentException("not the name of a part (expected: name, or { name { key = value } })");
    }
}
