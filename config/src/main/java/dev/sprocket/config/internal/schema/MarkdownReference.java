package dev.sprocket.config.internal.schema;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Reference of all configuration keys as a Markdown page. */
@ThreadSafe
public final class MarkdownReference {
    private static final Map<String, String> TITLES = Map.of(
            "Engine",
            "Engines",
            "SessionCodec",
            "Session codecs",
            "SessionStore",
            "Session stores",
            "SessionToken",
            "Session tokens");

    private final StringBuilder text = new StringBuilder();

    private MarkdownReference() {}

    /** Formats the reference of all registered factories. */
    public static String of(FactoryRegistry factories) {
        MarkdownReference reference = new MarkdownReference();
        reference.text.append(
                """
                # Configuration reference

                All keys of a configuration file (HOCON). `./sprocket config --markdown` generates this page; `./sprocket config` prints
                the same keys as an annotated file. `./sprocket check -c site.conf` reports every error in a file.

                Layers and components are given by name, or by name with settings:
                `layers = [ws, { limiter { max-connections-per-address = 50 } }]`, `component = { files { directory = /srv } }`.
                In a key, `NAME` is any name, and `[]` is each object of a list. Sizes are numbers of bytes or texts such as `"64 KiB"`;
                durations have a unit: `500ms`, `30s`, `5m`. A dash marks an optional key without a default.

                Environment variables override the file: `SPROCKET_listeners_web_outbound__limit` sets `listeners.web.outbound-limit`;
                two underscores stand for a hyphen. In the file, `${NAME}` inserts an environment variable, `${?NAME}` only if it is set.

                [Server](#server) · [Layers](#layers) · [Components](#components) · [Bridges](#bridges) · [Engines](#engines) ·
                [Session codecs](#session-codecs) · [Session stores](#session-stores) · [Session tokens](#session-tokens)
                """);
        reference.server();
        reference.section("Layers", factories.layers());
        reference.section("Components", factories.components());
        reference.section("Bridges", factories.bridges());
        factories.serviceTypes().stream()
                .sorted(Comparator.comparing(Class::getSimpleName))
                .forEach(type -> reference.section(
                        TITLES.getOrDefault(type.getSimpleName(), type.getSimpleName()), factories.services(type)));
        return reference.text.toString();
    }

    private void server() {
        List<Option<?>> simple = ConfigSchema.SERVER_KEYS.stream()
                .filter(option -> option.fields().isEmpty())
                .toList();
        text.append("\n## Server\n\nKeys at the top of the file:\n");
        table(simple);
        for (Option<?> option : ConfigSchema.SERVER_KEYS) {
            if (!option.fields().isEmpty()) {
                text.append("\n### `").append(path("", option)).append("`\n\n");
                text.append(escape(option.description())).append(".\n");
                table(option.fields());
            }
        }
    }

    private void section(String title, Collection<? extends Factory> factories) {
        text.append("\n## ").append(title).append('\n');
        for (Factory factory : factories) {
            text.append("\n### `").append(factory.name()).append("`\n\n");
            text.append(escape(factory.summary()))
                    .append('.')
                    .append(type(factory))
                    .append('\n');
            if (!factory.options().stream().allMatch(Option::isRemoved)) {
                table(factory.options());
            }
        }
    }

    private static String type(Factory factory) {
        if (factory instanceof LayerFactory layer) {
            StackType inner = layer.provides(layer.requires());
            return " Requires " + layer.requires()
                    + (inner.equals(layer.requires()) ? "." : ", provides " + inner + ".");
        }
        return factory instanceof ComponentFactory component ? " Requires " + component.requires() + "." : "";
    }

    private void table(List<Option<?>> options) {
        text.append("\n| key | type | default | meaning |\n|---|---|---|---|\n");
        rows("", options);
    }

    private void rows(String prefix, List<Option<?>> options) {
        for (Option<?> option : options) {
            if (option.isRemoved()) {
                continue;
            }
            String path = path(prefix, option);
            boolean group = !option.fields().isEmpty();
            text.append("| `").append(path).append("` | ").append(escape(option.type()));
            text.append(" | ").append(group ? "–" : defaultText(option));
            text.append(" | ").append(escape(option.description())).append(" |\n");
            rows(path + ".", option.fields());
        }
    }

    private static String path(String prefix, Option<?> option) {
        if (option.fields().isEmpty()) {
            return prefix + option.name();
        }
        boolean list = option.type().startsWith("list");
        boolean named = option.type().contains("by name");
        return prefix + option.name() + (list ? "[]" : named ? ".NAME" : "");
    }

    private static String defaultText(Option<?> option) {
        if (option.isRequired()) {
            return "required";
        }
        return option.defaultText().isEmpty() ? "–" : "`" + option.defaultText().replace("|", "\\|") + "`";
    }

    private static String escape(String sentence) {
        return sentence.replace("|", "\\|").replace("*", "\\*").replace("<", "\\<");
    }
}
