package dev.sprocket.plugin;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigValue;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration says about one part: a value for each of its {@link Option}s.
 */
@ThreadSafe
public final class Settings {
    private final Map<Option<?>, Object> values;
    private final ConfigOrigin origin;
    /** Where the values stand that were given. */
    private final Map<Option<?>, ConfigOrigin> origins;
    /** Options whose values were wrong. */
    private final Set<Option<?>> wrong;

    private final boolean sound;

    private Settings(
            Map<Option<?>, Object> values,
            ConfigOrigin origin,
            Map<Option<?>, ConfigOrigin> origins,
            Set<Option<?>> wrong,
            boolean sound) {
        this.values = values;
        this.origin = origin;
        this.origins = origins;
        this.wrong = wrong;
        this.sound = sound;
    }

    /** Nothing but defaults; an option without one has no value. */
    public static Settings defaults(List<Option<?>> options) {
        Map<Option<?>, Object> values = new HashMap<>();
        for (Option<?> option : options) {
            if (option.fallback() != null) {
                values.put(option, option.fallback());
            }
        }
        return new Settings(values, ConfigOriginFactory.newSimple("defaults"), Map.of(), Set.of(), true);
    }

    /** What a part is told in a few words of HOCON. Throws {@link ConfigurationException}. */
    public static Settings of(Factory part, String hocon) {
        ConfigErrors problems = new ConfigErrors();
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
                                + ConfigErrors.expected(
                                        entry.getKey(),
                                        options.stream().map(Option::name).toList()));
                continue;
            }
            int before = problems.count();
            Object value = option.read(entry.getValue(), problems);
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
                problems.add(object.origin(), where + ": no " + option.name() + " (expected: " + option.type() + ")");
            }
        }
        return new Settings(values, object.origin(), origins, wrong, problems.count() == first);
    }

    /** The value of an option. Throws {@link IllegalArgumentException} if it is none of this part's, or has no value. */
    public <T> T get(Option<T> option) {
        T value = peek(option);
        if (value == null) {
            throw new IllegalArgumentException("no " + option.name() + " (expected: " + option.type() + ")");
        }
        return value;
    }

    /** The value of an option; empty if it must be given and is not, or is wrong. */
    public <T> Optional<T> find(Option<T> option) {
        return Optional.ofNullable(peek(option));
    }

    /**
     * The same settings with the values of others.
     *
     * @param some the options whose values are taken from them
     */
    public Settings with(Settings others, Collection<? extends Option<?>> some) {
        Map<Option<?>, Object> changed = new HashMap<>(values);
        for (Option<?> option : some) {
            Object value = others.values.get(option);
            if (value != null) {
                changed.put(option, value);
            }
        }
        return new Settings(changed, origin, origins, wrong, sound);
    }

    /** Whether all options have the same values, wherever they stand. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Settings settings && values.equals(settings.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @SuppressWarnings("unchecked") // put there under an option of this type
    private <T> @Nullable T peek(Option<T> option) {
        return (T) values.get(option);
    }

    /** Whether all of it was right; what is made of it otherwise would have other values than the file. */
    public boolean isSound() {
        return sound;
    }

    /** Whether the value of an option was right, or is its default. */
    public boolean isSound(Option<?> option) {
        return !wrong.contains(option);
    }

    /** Whether an option was given, and not left to its default. */
    public boolean isGiven(Option<?> option) {
        return origins.containsKey(option);
    }

    /** Where the value of an option stands, or all of it if that is the default. */
    public ConfigOrigin origin(Option<?> option) {
        return origins.getOrDefault(option, origin);
    }

    /** Where it stands. */
    public ConfigOrigin origin() {
        return origin;
    }
}
