package dev.sprocket.plugin.config;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.sprocket.plugin.config.Settings.FactoryRef;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Configuration key with its type, default value and description. */
@ThreadSafe
public final class Option<T> {
    private static final String VALUE = "value";
    private static final String REMOVED = "removed";
    private static final String FOREVER = "forever";
    /** Length from which a secret is not a warning. */
    private static final int MIN_SECRET_LENGTH = 16;

    /** Converts a configuration value. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(ConfigValue value, ConfigErrors problems);
    }

    private final String name;
    private final String type;
    private final @Nullable T defaultValue;
    private final String defaultText;
    private final String description;
    private final Reader<T> reader;
    private final List<Option<?>> fields;

    private Option(
            String name,
            String type,
            @Nullable T defaultValue,
            String defaultText,
            String description,
            Reader<T> reader,
            List<Option<?>> fields) {
        this.name = name;
        this.type = type;
        this.defaultValue = defaultValue;
        this.defaultText = defaultText;
        this.description = description;
        this.reader = reader;
        this.fields = fields;
    }

    private static <T> Option<T> of(
            String name,
            String type,
            @Nullable T defaultValue,
            String defaultText,
            String description,
            Reader<T> reader) {
        return new Option<>(name, type, defaultValue, defaultText, description, reader, List.of());
    }

    /** Returns an option for a string. */
    public static Option<String> string(String name, String defaultValue, String description) {
        return of(
                name,
                "string",
                defaultValue,
                quoted(defaultValue),
                description,
                (value, problems) -> readString(value));
    }

    /** Returns an option for a string without a default, which a configuration must set. */
    public static Option<String> requiredString(String name, String description) {
        return of(name, "string", null, "", description, (value, problems) -> readString(value));
    }

    /** Returns an option for a string that may be missing. */
    public static Option<Optional<String>> optionalString(String name, String description) {
        return of(
                name, "string", Optional.empty(), "", description, (value, problems) -> Optional.of(readString(value)));
    }

    /**
     * Returns an option for a secret that a configuration must set.
     *
     * <p>Its value never appears in messages. A variable reference that was not resolved is an error.
     */
    public static Option<String> requiredSecret(String name, String description) {
        return of(name, "secret", null, "", description, (value, problems) -> Secrets.read(value));
    }

    /** Returns an option for a secret that may be missing; see {@link #requiredSecret}. */
    public static Option<Optional<String>> optionalSecret(String name, String description) {
        return of(
                name,
                "secret",
                Optional.empty(),
                "",
                description,
                (value, problems) -> Optional.of(Secrets.read(value)));
    }

    /** Returns an option for a list of secrets, or a single one; see {@link #requiredSecret}. */
    public static Option<List<String>> secrets(String name, String description) {
        return list(name, "list of secrets", List.of(), description, Secrets::read);
    }

    /**
     * Returns an option for an integer in a range.
     *
     * @param min smallest valid value
     * @param max largest valid value
     */
    public static Option<Integer> number(String name, int defaultValue, int min, int max, String description) {
        return of(
                name,
                "number, " + min + "-" + max,
                defaultValue,
                String.valueOf(defaultValue),
                description,
                (value, problems) -> {
                    int number = config(value).getInt(VALUE);
                    if (number < min || number > max) {
                        throw new IllegalArgumentException(number + " (expected: " + min + "-" + max + ")");
                    }
                    return number;
                });
    }

    /** Returns an option for a port from 0 to 65535; 0 selects a free port. */
    public static Option<Integer> port(String name, int defaultValue, String description) {
        return number(name, defaultValue, 0, 65535, description);
    }

    /** Returns an option for {@code on} or {@code off}. */
    public static Option<Boolean> flag(String name, boolean defaultValue, String description) {
        return of(
                name, "on or off", defaultValue, defaultValue ? "on" : "off", description, (value, problems) -> config(
                                value)
                        .getBoolean(VALUE));
    }

    /** Returns an option for a duration of zero or more, such as {@code 30s} or {@code 500ms}. */
    public static Option<Duration> duration(String name, Duration defaultValue, String description) {
        return of(name, "duration", defaultValue, durationString(defaultValue), description, (value, problems) -> {
            Duration time = config(value).getDuration(VALUE);
            if (time.isNegative()) {
                throw new IllegalArgumentException(describe(value) + " (expected: 0s or more)");
            }
            return time;
        });
    }

    /** Returns an option for a duration, or {@code forever}: {@link ChronoUnit#FOREVER}. */
    public static Option<Duration> durationOrForever(String name, Duration defaultValue, String description) {
        Option<Duration> limited = duration(name, defaultValue, description);
        return of(
                name,
                "duration or forever",
                defaultValue,
                limited.defaultText,
                description,
                (value, problems) -> FOREVER.equals(value.unwrapped())
                        ? ChronoUnit.FOREVER.getDuration()
                        : limited.reader.read(value, problems));
    }

    /** Returns an option for a size in bytes, such as {@code 64 KiB}. */
    public static Option<Integer> size(String name, int defaultValue, String description) {
        return of(
                name,
                "size",
                defaultValue,
                quoted(sizeString(defaultValue)),
                description,
                (value, problems) -> bytes(value));
    }

    /** Returns an option for a size in bytes that may be missing. */
    public static Option<Optional<Integer>> optionalSize(String name, String description) {
        return of(name, "size", Optional.empty(), "", description, (value, problems) -> Optional.of(bytes(value)));
    }

    private static int bytes(ConfigValue value) {
        long bytes = config(value).getBytes(VALUE);
        if (bytes < 0 || bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(bytes + " bytes (expected: 0-" + Integer.MAX_VALUE + ")");
        }
        return (int) bytes;
    }

    /** Returns an option for a constant of an enum, written in lower case with hyphens. */
    public static <E extends Enum<E>> Option<E> choice(String name, E defaultValue, String description) {
        Class<E> type = defaultValue.getDeclaringClass();
        return of(
                name,
                labels(type),
                defaultValue,
                label(defaultValue),
                description,
                (value, problems) -> constant(type, value));
    }

    /** Returns an option for a constant of an enum that may be missing. */
    public static <E extends Enum<E>> Option<Optional<E>> optionalChoice(
            String name, Class<E> type, String description) {
        return of(
                name,
                labels(type),
                Optional.empty(),
                "",
                description,
                (value, problems) -> Optional.of(constant(type, value)));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, ConfigValue value) {
        // HOCON reads on and off as booleans
        String text = value.valueType() == ConfigValueType.BOOLEAN
                ? (config(value).getBoolean(VALUE) ? "on" : "off")
                : readString(value);
        for (E constant : type.getEnumConstants()) {
            if (label(constant).equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(text + " (expected: " + labels(type) + ")");
    }

    private static <E extends Enum<E>> String labels(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(Option::label).collect(Collectors.joining(", "));
    }

    /** Returns an option for a list of strings, or a single string. */
    public static Option<List<String>> strings(String name, List<String> defaultValue, String description) {
        return strings(name, defaultValue, description, text -> {});
    }

    /**
     * Returns an option for a list of strings, or a single string, with a check.
     *
     * @param check throws {@link IllegalArgumentException} for an invalid string, which is reported with its line
     */
    public static Option<List<String>> strings(
            String name, List<String> defaultValue, String description, Consumer<String> check) {
        return list(name, "list of strings", defaultValue, description, value -> {
            String text = readString(value);
            check.accept(text);
            return text;
        });
    }

    /**
     * Returns an option for a list of strings, or a string, that may be missing.
     *
     * @param check throws {@link IllegalArgumentException} for an invalid string, which is reported with its line
     */
    public static Option<Optional<List<String>>> optionalStrings(
            String name, String description, Consumer<String> check) {
        Option<List<String>> list = strings(name, List.of(), description, check);
        return of(
                name,
                list.type,
                Optional.empty(),
                "",
                description,
                (value, problems) -> Optional.of(list.reader.read(value, problems)));
    }

    /**
     * Returns an option for a list of choices, or a single choice.
     *
     * @param known valid choices
     */
    public static Option<List<String>> choices(
            String name, List<String> known, List<String> defaultValue, String description) {
        String expected = String.join(", ", known);
        return list(name, "list of " + expected, defaultValue, description, value -> {
            String text = readString(value);
            if (!known.contains(text)) {
                throw new IllegalArgumentException(text + " (expected: " + expected + ")");
            }
            return text;
        });
    }

    private static Option<List<String>> list(
            String name,
            String type,
            List<String> defaultValue,
            String description,
            Function<ConfigValue, String> element) {
        return of(
                name,
                type,
                defaultValue,
                defaultValue.stream().map(Option::quoted).collect(Collectors.joining(", ", "[", "]")),
                description,
                (value, problems) -> {
                    if (!(value instanceof ConfigList all)) {
                        return List.of(element.apply(value));
                    }
                    List<String> read = new ArrayList<>();
                    for (ConfigValue item : all) {
                        try {
                            read.add(element.apply(item));
                        } catch (ConfigException e) {
                            problems.add(item.origin(), name + ": " + describe(item) + " (expected: " + type + ")");
                        } catch (IllegalArgumentException e) {
                            problems.add(item.origin(), name + ": " + e.getMessage());
                        }
                    }
                    return List.copyOf(read);
                });
    }

    /**
     * Returns an option for a list of objects.
     *
     * @param fields options of each object
     */
    public static Option<List<Settings>> objects(String name, List<Option<?>> fields, String description) {
        return new Option<>(
                name,
                "list of objects",
                List.of(),
                "[]",
                description,
                (value, problems) -> {
                    if (!(value instanceof ConfigList list)) {
                        throw new IllegalArgumentException(kind(value) + " (expected: list of objects)");
                    }
                    List<Settings> rows = new ArrayList<>();
                    for (ConfigValue row : list) {
                        if (row instanceof ConfigObject object) {
                            rows.add(Settings.read(name, object, fields, problems));
                        } else {
                            problems.add(row.origin(), name + ": " + kind(row) + " (expected: object)");
                        }
                    }
                    return rows;
                },
                fields);
    }

    /**
     * Returns an option for an object that may be missing.
     *
     * @param fields options of the object
     */
    public static Option<Optional<Settings>> object(String name, List<Option<?>> fields, String description) {
        return new Option<>(
                name,
                "object",
                Optional.empty(),
                "",
                description,
                (value, problems) -> {
                    if (!(value instanceof ConfigObject object)) {
                        throw new IllegalArgumentException(kind(value) + " (expected: object)");
                    }
                    return Optional.of(Settings.read(name, object, fields, problems));
                },
                fields);
    }

    /**
     * Returns an option for objects whose keys are names.
     *
     * @param fields options of each object
     */
    public static Option<Map<String, Settings>> objectsByName(String name, List<Option<?>> fields, String description) {
        return new Option<>(
                name,
                "objects by name",
                Map.of(),
                "",
                description,
                (value, problems) -> {
                    if (!(value instanceof ConfigObject objects)) {
                        throw new IllegalArgumentException(kind(value) + " (expected: objects by name)");
                    }
                    Map<String, Settings> all = new TreeMap<>();
                    objects.forEach((key, one) -> {
                        if (one instanceof ConfigObject object) {
                            all.put(key, Settings.read(name + "." + key, object, fields, problems));
                        } else {
                            problems.add(one.origin(), name + "." + key + ": " + kind(one) + " (expected: object)");
                        }
                    });
                    return all;
                },
                fields);
    }

    /**
     * Returns an option for an object that is returned unread.
     *
     * @param type description of its type for users
     * @param fields options that each object in it has in addition to others
     */
    public static Option<Optional<ConfigObject>> rawObject(
            String name, String type, List<Option<?>> fields, String description) {
        return new Option<>(
                name,
                type,
                Optional.empty(),
                "",
                description,
                (value, problems) -> {
                    if (!(value instanceof ConfigObject object)) {
                        throw new IllegalArgumentException(describe(value) + " (expected: " + type + ")");
                    }
                    return Optional.of(object);
                },
                fields);
    }

    /**
     * Returns an option for the name of a factory, optionally with settings.
     *
     * <p>Example: {@code echo} or <code>{ files { directory = /srv } }</code>.
     */
    public static Option<Optional<FactoryRef>> factory(String name, String description) {
        return of(
                name,
                "name, or name with settings",
                Optional.empty(),
                "",
                description,
                (value, problems) -> Optional.of(FactoryRef.read(value)));
    }

    /** Returns an option for a list of names of factories, each optionally with settings. */
    public static Option<List<FactoryRef>> factories(String name, String description) {
        return of(name, "list of names", List.of(), "[]", description, (value, problems) -> {
            if (!(value instanceof ConfigList list)) {
                return List.of(FactoryRef.read(value));
            }
            return list.stream().map(FactoryRef::read).toList();
        });
    }

    /**
     * Returns a key that no longer exists, which is reported with what to write instead.
     *
     * <p>It is not part of the reference of keys.
     *
     * @param instead returns what to write instead of the key, for the whole object that contains it
     */
    public static Option<Optional<String>> removed(String name, Function<ConfigObject, String> instead) {
        return new Option<>(
                name,
                REMOVED,
                Optional.empty(),
                "",
                "",
                (value, problems) -> {
                    throw new IllegalArgumentException(
                            "no longer exists (write " + instead.apply((ConfigObject) value) + ")");
                },
                List.of());
    }

    /** Reports whether the key {@linkplain #removed no longer exists}. */
    public boolean isRemoved() {
        return type.equals(REMOVED);
    }

    /**
     * Returns a copy of this option whose values are checked.
     *
     * @param check throws {@link IllegalArgumentException} for an invalid value, which is reported with its line
     */
    public Option<T> checked(Consumer<? super T> check) {
        return new Option<>(
                name,
                type,
                defaultValue,
                defaultText,
                description,
                (value, problems) -> {
                    int before = problems.count();
                    T read = reader.read(value, problems);
                    if (problems.count() == before) {
                        check.accept(read);
                    }
                    return read;
                },
                fields);
    }

    /** Returns a copy of this secret option that warns of short values. */
    public Option<T> longSecret() {
        return new Option<>(
                name,
                type,
                defaultValue,
                defaultText,
                description,
                (value, problems) -> {
                    T read = reader.read(value, problems);
                    if (secrets(read).anyMatch(secret -> secret.length() < MIN_SECRET_LENGTH)) {
                        problems.warn(
                                value.origin(),
                                name + ": shorter than " + MIN_SECRET_LENGTH
                                        + " characters (expected: a random value, such as from: openssl rand -hex 16)");
                    }
                    return read;
                },
                fields);
    }

    private static Stream<String> secrets(Object value) {
        Stream<?> all = value instanceof Optional<?> one
                ? one.stream()
                : value instanceof List<?> list ? list.stream() : Stream.of(value);
        return all.map(String::valueOf);
    }

    /** Returns a copy of this numeric, size or duration option that rejects zero. */
    public Option<T> positive() {
        return checked(value -> {
            boolean zero =
                    value instanceof Duration time ? time.isZero() : value instanceof Number n && n.longValue() < 1;
            if (zero) {
                throw new IllegalArgumentException("0 (expected: above zero)");
            }
        });
    }

    /** Returns a list of {@code more}, followed by {@code some}. */
    public static List<Option<?>> concat(List<Option<?>> some, Option<?>... more) {
        List<Option<?>> all = new ArrayList<>(List.of(more));
        all.addAll(some);
        return List.copyOf(all);
    }

    private static Config config(ConfigValue value) {
        return value.atKey(VALUE);
    }

    static String readString(ConfigValue value) {
        String text = config(value).getString(VALUE);
        Secrets.rejectReference(text);
        return text;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String durationString(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }

    private static String sizeString(int bytes) {
        if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
            return (bytes >> 20) + " MiB";
        }
        return bytes >= 1024 && bytes % 1024 == 0 ? (bytes >> 10) + " KiB" : bytes + " B";
    }

    /**
     * Converts a configuration value; an invalid one is added to {@code problems}.
     *
     * @param object object that contains the value
     */
    @Nullable
    T read(ConfigObject object, ConfigValue value, ConfigErrors problems) {
        try {
            return reader.read(isRemoved() ? object : value, problems);
        } catch (ConfigException e) {
            problems.add(value.origin(), name + ": " + describe(value) + " (expected: " + type + ")");
        } catch (IllegalArgumentException e) {
            problems.add(value.origin(), name + ": " + e.getMessage());
        }
        return defaultValue;
    }

    /** Returns the type of a value that may be a secret. */
    private static String kind(ConfigValue value) {
        return switch (value.valueType()) {
            case OBJECT -> "an object";
            case LIST -> "an array";
            case STRING -> "text";
            case NULL -> "null";
            case NUMBER, BOOLEAN -> "a " + value.valueType().name().toLowerCase(Locale.ROOT);
        };
    }

    private static String describe(ConfigValue value) {
        return value.valueType() == ConfigValueType.OBJECT || value.valueType() == ConfigValueType.LIST
                ? "an " + (value.valueType() == ConfigValueType.LIST ? "array" : "object")
                : String.valueOf(value.unwrapped());
    }

    /** Returns the key. */
    public String name() {
        return name;
    }

    /** Returns a description of the valid values, for users. */
    public String type() {
        return type;
    }

    /** Reports whether the option has no default value. */
    public boolean isRequired() {
        return defaultValue == null;
    }

    @Nullable
    T defaultValue() {
        return defaultValue;
    }

    /** Returns the default value in HOCON; empty if there is none. */
    public String defaultText() {
        return defaultText;
    }

    /** Returns the description, for users. */
    public String description() {
        return description;
    }

    /** Returns the options of the object or objects; empty for other types. */
    public List<Option<?>> fields() {
        return fields;
    }

    @Override
    public String toString() {
        return name;
    }
}
