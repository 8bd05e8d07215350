package dev.sprocket.plugin;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration says about one part: a value for each of its {@link Option}s.
 *
 * <p>Threads: any; it does not change.
 */
public final class Settings {
    private final Map<Option<?>, Object> values;
    private final ConfigOrigin origin;

    private Settings(Map<Option<?>, Object> values, ConfigOrigin origin) {
        this.values = values;
        this.origin = origin;
    }

    /** Nothing but defaults; an option without one has no value. */
    public static Settings defaults(List<Option<?>> options) {
        Map<Option<?>, Object> values = new HashMap<>();
        for (Option<?> option : options) {
            if (option.fallback() != null) {
                values.put(option, option.fallback());
            }
        }
        return new Settings(values, ConfigOriginFactory.newSimple("defaults"));
    }

    /** What a part is told in a few words of HOCON. Throws {@link ConfigurationException}. */
    public static Settings of(Part part, String hocon) {
        Problems problems = new Problems();
        Settings settings = read(part.name(), ConfigFactory.parseString(hocon).root(), part.options(), problems);
        problems.throwIfAny();
        return settings;
    }

    /**
     * Reads the options of a part. What is wrong becomes a problem: a key that is none of them, a value of another type, an
     * option that must be given and is not.
     *
     * @param where what the object is about, such as {@code layer ws}
     */
    public static Settings read(String where, ConfigObject object, List<Option<?>> options, Problems problems) {
        Map<Option<?>, Object> values = new HashMap<>(defaults(options).values);
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            Option<?> option = options.stream()
                    .filter(known -> known.name().equals(entry.getKey()))
                    .findFirst()
                    .orElse(null);
            if (option == null) {
                problems.add(
                        entry.getValue().origin(),
                        where + ": unknown key " + entry.getKey() + " "
                                + Problems.expected(
                                        entry.getKey(),
                                        options.stream().map(Option::name).toList()));
                continue;
            }
            Object value = option.read(entry.getValue(), problems);
            if (value != null) {
                values.put(option, value);
            }
        }
        for (Option<?> option : options) {
            if (!values.containsKey(option) && !object.containsKey(option.name())) {
                problems.add(object.origin(), where + ": no " + option.name() + " (expected: " + option.type() + ")");
            }
        }
        return new Settings(values, object.origin());
    }

    /** The value of an option. Throws {@link IllegalArgumentException} if it is none of this part's, or has no value. */
    public <T> T get(Option<T> option) {
        T value = peek(option);
        if (value == null) {
            throw new IllegalArgumentException("no " + option.name() + " (expected: " + option.type() + ")");
        }
        return value;
    }

    @SuppressWarnings("unchecked") // put there under an option of this type
    private <T> @Nullable T peek(Option<T> option) {
        return (T) values.get(option);
    }

    /** Where it stands. */
    public ConfigOrigin origin() {
        return origin;
    }
}
