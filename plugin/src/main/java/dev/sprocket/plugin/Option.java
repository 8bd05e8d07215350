package dev.sprocket.plugin;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
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
import org.jspecify.annotations.Nullable;

/**
 * One thing that a part can be told in a configuration: a key, its type, its default and what it means.
 */
@ThreadSafe
public final class Option<T> {
    private static final String VALUE = "value";

    /** Makes a value of what stands in the file. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(ConfigValue value, ConfigErrors problems);
    }

    private final String name;
    private final String type;
    private final @Nullable T fallback;
    private final String shownFallback;
    private final String meaning;
    private final Reader<T> reader;
    private final List<Option<?>> columns;

    private Option(
            String name,
            String type,
            @Nullable T fallback,
            String shownFallback,
            String meaning,
            Reader<T> reader,
            List<Option<?>> columns) {
        this.name = name;
        this.type = type;
        this.fallback = fallback;
        this.shownFallback = shownFallback;
        this.meaning = meaning;
        this.reader = reader;
        this.columns = columns;
    }

    private static <T> Option<T> of(
            String name, String type, @Nullable T fallback, String shown, String meaning, Reader<T> reader) {
        return new Option<>(name, type, fallback, shown, meaning, reader, List.of());
    }

    /** A text. */
    public static Option<String> text(String name, String fallback, String meaning) {
        return of(name, "text", fallback, quoted(fallback), meaning, (value, problems) -> string(value));
    }

    /** A text that must be given. */
    public static Option<String> requiredText(String name, String meaning) {
        return of(name, "text", null, "", meaning, (value, problems) -> string(value));
    }

    /** A text, if it is given. */
    public static Option<Optional<String>> optionalText(String name, String meaning) {
        return of(name, "text", Optional.empty(), "", meaning, (value, problems) -> Optional.of(string(value)));
    }

    /** A secret that must be given: its value is in no message, and a reference that nobody resolved is refused. */
    public static Option<String> requiredSecret(String name, String meaning) {
        return of(name, "secret", null, "", meaning, (value, problems) -> Secrets.read(value));
    }

    /** A secret, if it is given; see {@link #requiredSecret}. */
    public static Option<Optional<String>> optionalSecret(String name, String meaning) {
        return of(name, "secret", Optional.empty(), "", meaning, (value, problems) -> Optional.of(Secrets.read(value)));
    }

    /** A list of secrets; one will do for a list of one. See {@link #requiredSecret}. */
    public static Option<List<String>> secrets(String name, String meaning) {
        return list(name, "list of secrets", List.of(), meaning, Secrets::read);
    }

    /** A whole number between two others. */
    public static Option<Integer> number(String name, int fallback, int least, int most, String meaning) {
        return of(
                name,
                "number, " + least + "-" + most,
                fallback,
                String.valueOf(fallback),
                meaning,
                (value, problems) -> {
                    int number = config(value).getInt(VALUE);
                    if (number < least || number > most) {
                        throw new IllegalArgumentException(number + " (expected: " + least + "-" + most + ")");
                    }
                    return number;
                });
    }

    /** A port; 0 takes a free one. */
    public static Option<Integer> port(String name, int fallback, String meaning) {
        return number(name, fallback, 0, 65535, meaning);
    }

    /** {@code on} or {@code off}. */
    public static Option<Boolean> flag(String name, boolean fallback, String meaning) {
        return of(name, "on or off", fallback, fallback ? "on" : "off", meaning, (value, problems) -> config(value)
                .getBoolean(VALUE));
    }

    /** A time, such as {@code 30s} or {@code 500ms}. */
    public static Option<Duration> duration(String name, Duration fallback, String meaning) {
        return of(name, "time", fallback, shown(fallback), meaning, (value, problems) -> {
            Duration time = config(value).getDuration(VALUE);
            if (time.isNegative()) {
                throw new IllegalArgumentException(given(value) + " (expected: 0s or more)");
            }
            return time;
        });
    }

    /** A size, such as {@code 64 KiB}. */
    public static Option<Integer> size(String name, int fallback, String meaning) {
        return of(name, "size", fallback, quoted(sizeText(fallback)), meaning, (value, problems) -> bytes(value));
    }

    /** A size, if it is given. */
    public static Option<Optional<Integer>> optionalSize(String name, String meaning) {
        return of(name, "size", Optional.empty(), "", meaning, (value, problems) -> Optional.of(bytes(value)));
    }

    private static int bytes(ConfigValue value) {
        long bytes = config(value).getBytes(VALUE);
        if (bytes < 0 || bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(bytes + " bytes (expected: 0-" + Integer.MAX_VALUE + ")");
        }
        return (int) bytes;
    }

    /** One of the values of an enum, in lower case with hyphens. */
    public static <E extends Enum<E>> Option<E> choice(String name, E fallback, String meaning) {
        Class<E> type = fallback.getDeclaringClass();
        return of(name, labels(type), fallback, label(fallback), meaning, (value, problems) -> constant(type, value));
    }

    /** As above, if it is given. */
    public static <E extends Enum<E>> Option<Optional<E>> optionalChoice(String name, Class<E> type, String meaning) {
        return of(
                name,
                labels(type),
                Optional.empty(),
                "",
                meaning,
                (value, problems) -> Optional.of(constant(type, value)));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, ConfigValue value) {
        // HOCON takes on and off for truth and its opposite
        String text = value.valueType() == ConfigValueType.BOOLEAN
                ? (config(value).getBoolean(VALUE) ? "on" : "off")
                : string(value);
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

    /** A list of texts; one text will do for a list of one. */
    public static Option<List<String>> texts(String name, List<String> fallback, String meaning) {
        return texts(name, fallback, meaning, text -> {});
    }

    /**
     * A list of texts, each of which is checked; one text will do for a list of one.
     *
     * @param check throws {@link IllegalArgumentException} for a text that is wrong, which is reported with its own line
     */
    public static Option<List<String>> texts(
            String name, List<String> fallback, String meaning, Consumer<String> check) {
        return list(name, "list of texts", fallback, meaning, value -> {
            String text = string(value);
            check.accept(text);
            return text;
        });
    }

    /** A list of some of these words; one will do for a list of one. */
    public static Option<List<String>> words(String name, List<String> known, List<String> fallback, String meaning) {
        String expected = String.join(", ", known);
        return list(name, "list of " + expected, fallback, meaning, value -> {
            String text = string(value);
            if (!known.contains(text)) {
                throw new IllegalArgumentException(text + " (expected: " + expected + ")");
            }
            return text;
        });
    }

    private static Option<List<String>> list(
            String name, String type, List<String> fallback, String meaning, Function<ConfigValue, String> element) {
        return of(
                name,
                type,
                fallback,
                fallback.stream().map(Option::quoted).collect(Collectors.joining(", ", "[", "]")),
                meaning,
                (value, problems) -> {
                    if (!(value instanceof ConfigList all)) {
                        return List.of(element.apply(value));
                    }
                    List<String> read = new ArrayList<>();
                    for (ConfigValue one : all) {
                        try {
                            read.add(element.apply(one));
                        } catch (ConfigException e) {
                            problems.add(one.origin(), name + ": " + given(one) + " (expected: " + type + ")");
                        } catch (IllegalArgumentException e) {
                            problems.add(one.origin(), name + ": " + e.getMessage());
                        }
                    }
                    return List.copyOf(read);
                });
    }

    /** A list of objects, each with options of its own. */
    public static Option<List<Settings>> table(String name, List<Option<?>> columns, String meaning) {
        return new Option<>(
                name,
                "list of objects",
                List.of(),
                "[]",
                meaning,
                (value, problems) -> {
                    if (!(value instanceof ConfigList list)) {
                        throw new IllegalArgumentException(given(value) + " (expected: list of objects)");
                    }
                    List<Settings> rows = new ArrayList<>();
                    for (ConfigValue row : list) {
                        if (row instanceof ConfigObject object) {
                            rows.add(Settings.read(name, object, columns, problems));
                        } else {
                            problems.add(row.origin(), name + ": " + given(row) + " (expected: object)");
                        }
                    }
                    return rows;
                },
                columns);
    }

    /** An object with options of its own, if it is given. */
    public static Option<Optional<Settings>> object(String name, List<Option<?>> columns, String meaning) {
        return new Option<>(
                name,
                "object",
                Optional.empty(),
                "",
                meaning,
                (value, problems) -> {
                    if (!(value instanceof ConfigObject object)) {
                        throw new IllegalArgumentException(given(value) + " (expected: object)");
                    }
                    return Optional.of(Settings.read(name, object, columns, problems));
                },
                columns);
    }

    /** Objects by name, each with options of its own. */
    public static Option<Map<String, Settings>> named(String name, List<Option<?>> columns, String meaning) {
        return new Option<>(
                name,
                "objects by name",
                Map.of(),
                "",
                meaning,
                (value, problems) -> {
                    if (!(value instanceof ConfigObject objects)) {
                        throw new IllegalArgumentException(given(value) + " (expected: objects by name)");
                    }
                    Map<String, Settings> all = new TreeMap<>();
                    objects.forEach((key, one) -> {
                        if (one instanceof ConfigObject object) {
                            all.put(key, Settings.read(name + "." + key, object, columns, problems));
                        } else {
                            problems.add(one.origin(), name + "." + key + ": " + given(one) + " (expected: object)");
                        }
                    });
                    return all;
                },
                columns);
    }

    /**
     * An object that is read later.
     *
     * @param columns options that each object in it has, whatever else it has
     */
    public static Option<Optional<ConfigObject>> raw(
            String name, String type, List<Option<?>> columns, String meaning) {
        return new Option<>(
                name,
                type,
                Optional.empty(),
                "",
                meaning,
                (value, problems) -> {
                    if (!(value instanceof ConfigObject object)) {
                        throw new IllegalArgumentException(given(value) + " (expected: " + type + ")");
                    }
                    return Optional.of(object);
                },
                columns);
    }

    /** A part by its name, or by its name and what it is told: <code>{ files { directory = /srv } }</code>. */
    public static Option<Optional<FactoryRef>> part(String name, String meaning) {
        return of(
                name, "part", Optional.empty(), "", meaning, (value, problems) -> Optional.of(FactoryRef.read(value)));
    }

    /** Parts, outermost first. */
    public static Option<List<FactoryRef>> parts(String name, String meaning) {
        return of(name, "list of parts", List.of(), "[]", meaning, (value, problems) -> {
            if (!(value instanceof ConfigList list)) {
                return List.of(FactoryRef.read(value));
            }
            return list.stream().map(FactoryRef::read).toList();
        });
    }

    /**
     * The same option with a check of its value.
     *
     * @param check throws {@link IllegalArgumentException} for a value that is wrong, which is reported with its line
     */
    public Option<T> checked(Consumer<? super T> check) {
        return new Option<>(
                name,
                type,
                fallback,
                shownFallback,
                meaning,
                (value, problems) -> {
                    int before = problems.count();
                    T read = reader.read(value, problems);
                    if (problems.count() == before) {
                        check.accept(read);
                    }
                    return read;
                },
                columns);
    }

    /** The same option of a number, a size or a time, which must be above zero. */
    public Option<T> positive() {
        return checked(value -> {
            boolean zero =
                    value instanceof Duration time ? time.isZero() : value instanceof Number n && n.longValue() < 1;
            if (zero) {
                throw new IllegalArgumentException("0 (expected: above zero)");
            }
        });
    }

    /** Some options and more. */
    public static List<Option<?>> and(List<Option<?>> some, Option<?>... more) {
        List<Option<?>> all = new ArrayList<>(List.of(more));
        all.addAll(some);
        return List.copyOf(all);
    }

    private static Config config(ConfigValue value) {
        return value.atKey(VALUE);
    }

    static String string(ConfigValue value) {
        String text = config(value).getString(VALUE);
        Secrets.refuseReference(text);
        return text;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String shown(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }

    private static String sizeText(int bytes) {
        if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
            return (bytes >> 20) + " MiB";
        }
        return bytes >= 1024 && bytes % 1024 == 0 ? (bytes >> 10) + " KiB" : bytes + " B";
    }

    /** Reads it from a file's value, or says what is wrong with it. */
    @Nullable
    T read(ConfigValue value, ConfigErrors problems) {
        try {
            return reader.read(value, problems);
        } catch (ConfigException e) {
            problems.add(value.origin(), name + ": " + given(value) + " (expected: " + type + ")");
        } catch (IllegalArgumentException e) {
            problems.add(value.origin(), name + ": " + e.getMessage());
        }
        return fallback;
    }

    private static String given(ConfigValue value) {
        return value.valueType() == ConfigValueType.OBJECT || value.valueType() == ConfigValueType.LIST
                ? "an " + (value.valueType() == ConfigValueType.LIST ? "array" : "object")
                : String.valueOf(value.unwrapped());
    }

    /** The key. */
    public String name() {
        return name;
    }

    /** What may stand there, for people. */
    public String type() {
        return type;
    }

    /** Whether there is no default. */
    public boolean isRequired() {
        return fallback == null;
    }

    @Nullable
    T fallback() {
        return fallback;
    }

    /** The default as it would stand in a file; empty if there is none. */
    public String defaultText() {
        return shownFallback;
    }

    /** What it is about, for people. */
    public String meaning() {
        return meaning;
    }

    /** The options of each object, for a list of objects. */
    public List<Option<?>> columns() {
        return columns;
    }

    @Override
    public String toString() {
        return name;
    }
}
