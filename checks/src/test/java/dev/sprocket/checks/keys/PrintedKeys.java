package dev.sprocket.checks.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Injector;
import dev.sprocket.config.internal.schema.ConfigReference;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import dev.sprocket.pubsub.Topics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Parser of the output of {@code sprocket config}. */
final class PrintedKeys {
    private static final Pattern SECTION = Pattern.compile("# ---- (\\S+) -+");
    private static final Pattern PART = Pattern.compile("# ([a-z][a-z0-9-]*): .*");
    private static final Pattern GROUP = Pattern.compile("([a-z][a-z0-9-]*(?:\\.NAME)?)(?: =)? \\[?\\{");
    private static final Pattern VALUE = Pattern.compile("([a-z][a-z0-9-]*) = (.+)");
    private static final Pattern SIZE = Pattern.compile("\"(\\d+) (B|KiB|MiB)\"");
    private static final Pattern NO_VALUE = Pattern.compile("# ([a-z][a-z0-9-]*) = …");

    /**
     * One line of the reference.
     *
     * @param value the default as it is printed; empty if there is none
     * @param group whether other keys are inside
     */
    record Printed(String path, String value, boolean group) {}

    private final List<Printed> found = new ArrayList<>();
    private final Deque<String> open = new ArrayDeque<>();
    private String section = "";

    private PrintedKeys() {}

    static String reference() {
        Injector injector = Plugins.discover().injector(binder -> {
            binder.bind(EventLoops.class).toInstance(EventLoops.single());
            binder.bind(Topics.class).toInstance(new Topics());
        });
        return ConfigReference.of(injector.getInstance(FactoryRegistry.class));
    }

    /** Returns all keys and names, in the order of the reference. */
    static List<Printed> all() {
        PrintedKeys keys = new PrintedKeys();
        reference().lines().forEach(line -> keys.read(line.strip()));
        return List.copyOf(keys.found);
    }

    /** Returns the printed default, such as {@code "8 KiB"}. */
    static String defaultOf(Key key) {
        return Defaults.OF.get(key.path()).value();
    }

    /** Returns a default size in bytes. */
    static int bytesOf(Key key) {
        Matcher size = SIZE.matcher(defaultOf(key));
        assertThat(size.matches()).as(defaultOf(key)).isTrue();
        return Integer.parseInt(size.group(1))
                * switch (size.group(2)) {
                    case "MiB" -> 1 << 20;
                    case "KiB" -> 1 << 10;
                    default -> 1;
                };
    }

    /** Returns a default number. */
    static int numberOf(Key key) {
        return Integer.parseInt(defaultOf(key));
    }

    /** Returns a default duration in seconds. */
    static int secondsOf(Key key) {
        assertThat(defaultOf(key)).matches("\\d+s");
        return Integer.parseInt(defaultOf(key).replace("s", ""));
    }

    /** Lazily parsed defaults. */
    private static final class Defaults {
        static final Map<String, Printed> OF =
                all().stream().collect(Collectors.toMap(Printed::path, Function.identity()));
    }

    private void read(String line) {
        Matcher section = SECTION.matcher(line);
        Matcher part = PART.matcher(line);
        Matcher group = GROUP.matcher(line);
        Matcher value = VALUE.matcher(line);
        Matcher none = NO_VALUE.matcher(line);
        if (section.matches()) {
            this.section = section.group(1) + ".";
        } else if (open.isEmpty() && !this.section.isEmpty() && part.matches()) {
            found.add(new Printed(this.section + part.group(1), "", false));
        } else if (group.matches()) {
            open.addLast(group.group(1));
            String path = this.section + String.join(".", open);
            // the line above a part has named it already
            found.removeIf(known -> known.path.equals(path));
            found.add(new Printed(path, "", true));
        } else if (line.equals("}") || line.equals("}]")) {
            open.removeLast();
        } else if (value.matches()) {
            found.add(new Printed(path(value.group(1)), value.group(2), false));
        } else if (none.matches()) {
            found.add(new Printed(path(none.group(1)), "", false));
        }
    }

    private String path(String name) {
        return section + (open.isEmpty() ? "" : String.join(".", open) + ".") + name;
    }
}
