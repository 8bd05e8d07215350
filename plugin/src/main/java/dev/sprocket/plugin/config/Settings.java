package dev.sprocket.plugin.config;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Values of the {@link Option}s of one layer, component, bridge or service. */
@ThreadSafe
public final class Settings {
    private final Map<Option<?>, Object> values;
    private final ConfigOrigin origin;
    /** Locations of the values that a configuration sets. */
    private final Map<Option<?>, ConfigOrigin> origins;
    /** Options with invalid values. */
    private final Set<Option<?>> invalid;

    private final boolean valid;

    private Settings(
            Map<Option<?>, Object> values,
            ConfigOrigin origin,
            Map<Option<?>, ConfigOrigin> origins,
            Set<Option<?>> wrong,
            boolean sound) {
        this.values = values;
        this.origin = origin;
        this.origins = origins;
        this.invalid = wrong;
        this.valid = sound;
    }

    /** Returns settings with all defaults; an option without a default has no value. */
    public static Settings defaults(List<Option<?>> options) {
        Map<Option<?>, Object> values = new HashMap<>();
        for (Option<?> option : options) {
            if (option.defaultValue() != null) {
                values.put(option, option.defaultValue());
            }
        }
        return new Settings(values, ConfigOriginFactory.newSimple("defaults"), Map.of(), Set.of(), true);
    }

    /**
     * Parses settings from HOCON.
     *
     * @param where description of the object in messages
     * @throws ConfigurationException with all errors
     */
    public static Settings parse(String where, String hocon, List<Option<?>> options) {
        ConfigErrors problems = new ConfigErrors();
        Settings settings = read(where, ConfigFactory.parseString(hocon).root(), options, problems);
        problems.throwIfAny();
        return settings;
    }

    /**
     * Reads options from an object of a configuration.
     *
     * <p>Unknown keys, invalid values and missing required options are added to {@code problems}.
     *
     * @param where description of the object in messages, such as {@code layer ws}
     */
    public static Settings read(String where, ConfigObject object, List<Option<?>> options, ConfigErrors problems) {
        Map<Option<?>, Object> values = new HashMap<>(defaults(options).values);
        Map<Option<?>, ConfigOrigin> origins = new HashMap<>();
        Set<Option<?>> wrong = new HashSet<>();
        int first = problems.count();
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            Option<?> option = options.stream()
                    .filter(known -> known.name().equals(entry.getKey()))
                    .findFirst()
                    .orElse(null);
            if (option == null) {
                problems.add(
                        entry.getValue().origin(),
                        where + ": unknown key " + entry.getKey() + " "
                                + ConfigErrors.suggestion(
                                        entry.getKey(),
                                        options.stream()
                                                .filter(known -> !known.isRemoved())
                                                .map(Option::name)
                                                .toList()));
                continue;
            }
            int before = problems.count();
            Object value = option.read(object, entry.getValue(), problems);
            origins.put(option, entry.getValue().origin());
            if (problems.count() > before) {
                wrong.add(option);
            }
            if (value != null) {
                values.put(option, value);
            }
        }
        for (Option<?> option : options) {
            if (!values.containsKey(option) && !object.containsKey(option.name())) {
                problems.add(
                        object.origin(),
                        where + ": missing key " + option.name() + " (expected: " + option.type() + ")");
            }
        }
        return new Settings(values, object.origin(), origins, wrong, problems.count() == first);
    }

    /**
     * Returns the value of an option.
     *
     * @throws IllegalArgumentException if the option has no value or belongs to another factory
     */
    public <T> T get(Option<T> option) {
        T value = peek(option);
        if (value == null) {
            throw new IllegalArgumentException("missing key " + option.name() + " (expected: " + option.type() + ")");
        }
        return value;
    }

    /** Returns the value of an option; empty if it is required and missing, or invalid. */
    public <T> Optional<T> find(Option<T> option) {
        return Optional.ofNullable(peek(option));
    }

    /**
     * Returns a copy of these settings with some values of others.
     *
     * @param some options whose values are taken from {@code others}
     */
    public Settings with(Settings others, Collection<? extends Option<?>> some) {
        Map<Option<?>, Object> changed = new HashMap<>(values);
        for (Option<?> option : some) {
            Object value = others.values.get(option);
            if (value != null) {
                changed.put(option, value);
            }
        }
        return new Settings(changed, origin, origins, invalid, valid);
    }

    /** Compares the values of all options; their locations are ignored. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Settings settings && values.equals(settings.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @SuppressWarnings("unchecked") // stored under an option of this type
    private <T> @Nullable T peek(Option<T> option) {
        return (T) values.get(option);
    }

    /** Reports whether no errors were found; otherwise some values differ from the file. */
    public boolean isValid() {
        return valid;
    }

    /** Reports whether the value of an option is valid or its default. */
    public boolean isValid(Option<?> option) {
        return !invalid.contains(option);
    }

    /** Reports whether the configuration sets an option. */
    public boolean isSet(Option<?> option) {
        return origins.containsKey(option);
    }

    /**
     * Warns if the configuration sets an option that has no effect.
     *
     * @param reason completes the sentence, such as {@code with layout = spring}
     */
    public void warnIfSet(Option<?> option, String reason, ConfigErrors problems) {
        if (isSet(option)) {
            problems.warn(origin(option), option.name() + " has no effect " + reason);
        }
    }

    /** Returns the location of a value; for a default value, the location of the settings. */
    public ConfigOrigin origin(Option<?> option) {
        return origins.getOrDefault(option, origin);
    }

    /** Returns the location of the settings. */
    public ConfigOrigin origin() {
        return origin;
    }

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
                Map.Entry<String, ConfigValue> only =
                        object.entrySet().iterator().next();
                if (only.getValue() instanceof ConfigObject settings) {
                    return new FactoryRef(only.getKey(), settings, value.origin());
                }
            }
            throw new IllegalArgumentException("not a name (expected: name, or { name { key = value } })");
        }
    }
}
