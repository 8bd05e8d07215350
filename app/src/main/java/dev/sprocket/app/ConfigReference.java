package dev.sprocket.app;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.FactoryRegistry;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Option;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Every key of a configuration, with its default and what it means, as a file that one can copy from. */
@ThreadSafe
public final class ConfigReference {
    private static final int WIDTH = 78;

    private final StringBuilder text = new StringBuilder();

    private ConfigReference() {}

    /** For the parts that there are. */
    public static String of(FactoryRegistry parts) {
        ConfigReference reference = new ConfigReference();
        reference.comment(0, "Every key with its default. A key without one has no value here. Parts are named in");
        reference.comment(
                0,
                "layers = [ws, { limiter { max-connections-per-address = 50 } }] and component = { files { directory ="
                        + " /srv } }.");
        reference.comment(
                0, "SPROCKET_listeners_web_outbound__limit in the environment beats the file; so does ${?ANY}.");
        reference.keys(0, ConfigSchema.SERVER_KEYS);
        reference.parts("layers", parts.layers());
        reference.parts("components", parts.components());
        reference.parts("bridges", parts.bridges());
        parts.serviceKinds().stream()
                .sorted(Comparator.comparing(Class::getSimpleName))
                .forEach(kind -> reference.parts(kind.getSimpleName(), parts.services(kind)));
        return reference.text.toString();
    }

    private void parts(String kind, Collection<? extends Factory> parts) {
        text.append('\n');
        comment(0, "---- " + kind + " " + "-".repeat(WIDTH - 10 - kind.length()));
        for (Factory part : parts) {
            text.append('\n');
            comment(0, part.name() + ": " + part.summary() + needs(part));
            if (!part.options().isEmpty()) {
                line(0, part.name() + " {");
                keys(1, part.options());
                line(0, "}");
            }
        }
    }

    private static String needs(Factory part) {
        if (part instanceof LayerFactory layer) {
            String gives =
                    layer.gives(layer.needs()).equals(layer.needs()) ? "" : ", gives " + layer.gives(layer.needs());
            return " (needs " + layer.needs() + gives + ")";
        }
        if (part instanceof ComponentFactory component) {
            return " (needs " + component.needs() + ")";
        }
        return part instanceof BridgeFactory ? " (also: type, layers)" : "";
    }

    private void keys(int depth, List<Option<?>> options) {
        for (Option<?> option : options) {
            comment(depth, option.meaning() + " [" + option.type() + "]");
            if (option.columns().isEmpty()) {
                String value = option.defaultText();
                line(depth, (value.isEmpty() ? "# " : "") + option.name() + " = " + (value.isEmpty() ? "…" : value));
            } else {
                boolean list = option.type().startsWith("list");
                boolean named = option.type().contains("by name");
                line(depth, option.name() + (list ? " = [{" : named ? ".NAME {" : " {"));
                keys(depth + 1, option.columns());
                line(depth, list ? "}]" : "}");
            }
        }
    }

    private void comment(int depth, String words) {
        String indent = "  ".repeat(depth) + "# ";
        StringBuilder line = new StringBuilder();
        for (String word : words.split(" ")) {
            if (line.length() > 0 && indent.length() + line.length() + 1 + word.length() > WIDTH) {
                text.append(indent).append(line).append('\n');
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        text.append(indent).append(line).append('\n');
    }

    private void line(int depth, String words) {
        text.append("  ".repeat(depth)).append(words).append('\n');
    }
}
