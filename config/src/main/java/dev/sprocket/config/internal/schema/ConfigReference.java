package dev.sprocket.config.internal.schema;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Reference of all configuration keys as an annotated configuration file. */
@ThreadSafe
public final class ConfigReference {
    private static final int WIDTH = 78;

    private final StringBuilder text = new StringBuilder();

    private ConfigReference() {}

    /** Formats the reference of all registered factories. */
    public static String of(FactoryRegistry factories) {
        ConfigReference reference = new ConfigReference();
        reference.comment(0, "Configuration keys and defaults; keys without a default are commented out.");
        reference.comment(0, "Each description ends with the type of the value.");
        reference.comment(0, "");
        reference.comment(0, "Layers and components are given by name, or by name with settings:");
        reference.comment(0, "  layers = [ws, { limiter { max-connections-per-address = 50 } }]");
        reference.comment(0, "  component = { files { directory = /srv } }");
        reference.comment(0, "");
        reference.comment(
                0,
                "Environment variables override the file: SPROCKET_listeners_web_outbound__limit sets"
                        + " listeners.web.outbound-limit; two underscores stand for a hyphen. In the file, ${NAME} inserts"
                        + " an environment variable, ${?NAME} only if it is set.");
        reference.text.append('\n');
        reference.keys(0, ConfigSchema.SERVER_KEYS);
        reference.section("layers", factories.layers());
        reference.section("components", factories.components());
        reference.section("bridges", factories.bridges());
        factories.serviceTypes().stream()
                .sorted(Comparator.comparing(Class::getSimpleName))
                .forEach(type -> reference.section(type.getSimpleName(), factories.services(type)));
        return reference.text.toString();
    }

    private void section(String title, Collection<? extends Factory> factories) {
        text.append('\n');
        comment(0, "---- " + title + " " + "-".repeat(WIDTH - 10 - title.length()));
        for (Factory factory : factories) {
            text.append('\n');
            comment(0, factory.name() + ": " + factory.summary() + type(factory));
            if (!factory.options().stream().allMatch(Option::isRemoved)) {
                line(0, factory.name() + " {");
                keys(1, factory.options());
                line(0, "}");
            }
        }
    }

    private static String type(Factory factory) {
        if (factory instanceof LayerFactory layer) {
            StackType inner = layer.provides(layer.requires());
            String provides = inner.equals(layer.requires()) ? "" : ", provides " + inner;
            return " (requires " + layer.requires() + provides + ")";
        }
        if (factory instanceof ComponentFactory component) {
            return " (requires " + component.requires() + ")";
        }
        return factory instanceof BridgeFactory ? " (further keys: type, layers)" : "";
    }

    private void keys(int depth, List<Option<?>> options) {
        for (Option<?> option : options) {
            if (option.isRemoved()) {
                continue;
            }
            comment(depth, option.description() + " [" + option.type() + "]");
            if (option.fields().isEmpty()) {
                String value = option.defaultText();
                line(depth, (value.isEmpty() ? "# " : "") + option.name() + " = " + (value.isEmpty() ? "…" : value));
            } else {
                boolean list = option.type().startsWith("list");
                boolean named = option.type().contains("by name");
                line(depth, option.name() + (list ? " = [{" : named ? ".NAME {" : " {"));
                keys(depth + 1, option.fields());
                line(depth, list ? "}]" : "}");
            }
        }
    }

    /** Appends a comment, wrapped at {@link #WIDTH} columns. */
    private void comment(int depth, String sentence) {
        String indent = "  ".repeat(depth) + "# ";
        if (indent.length() + sentence.length() <= WIDTH) {
            text.append((indent + sentence).stripTrailing()).append('\n');
            return;
        }
        StringBuilder line = new StringBuilder();
        for (String word : sentence.split(" ")) {
            if (line.length() > 0 && indent.length() + line.length() + 1 + word.length() > WIDTH) {
                text.append(indent).append(line).append('\n');
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        text.append(indent).append(line).append('\n');
    }

    private void line(int depth, String content) {
        text.append("  ".repeat(depth)).append(content).append('\n');
    }
}
